// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "miss_sum.h"

/* Counts are kept below this, so that no sum of them overflows. */
#define COUNT_MAX (1ULL << 48)

/* An item of one memory's one writer. */
struct row {
	uint64_t most, least; /* how often it was asked for */
	uint64_t absent;      /* what else would be said of it */
	int64_t last;
	uint16_t len;
	uint8_t host_len;
	uint8_t cut;
	uint8_t text[MISS_TEXT]; /* zeros behind it */
};

/* What a memory says of items that it does not have, by their buckets. One of
 * which a list is left has one bucket. */
struct memory {
	struct hash_key key;
	uint32_t buckets;
	uint64_t *absent[MISS_TABLES];
};

struct table {
	struct row *row;
	size_t rows, room;
	uint64_t missed;
};

struct miss_sum {
	struct table table[MISS_TABLES];
	struct memory *memory;
	size_t memories, room;
};

static int sum_memory(void)
{
	return error_sys(-ENOMEM, "cannot read misses");
}

int miss_sum_new(struct miss_sum **sum)
{
	*sum = calloc(1, sizeof(**sum));
	return *sum ? 0 : sum_memory();
}

static int memory_add(struct miss_sum *sum, const struct hash_key *key,
		      uint32_t buckets)
{
	struct memory *memory;
	int i;

	if (array_grow(&sum->memory, &sum->room, sum->memories + 1,
		       sizeof(*memory)))
		return sum_memory();
	memory = &sum->memory[sum->memories];
	memset(memory, 0, sizeof(*memory));
	memory->buckets = buckets;
	memory->key = *key;
	memory->absent[0] = calloc(MISS_TABLES * (size_t)buckets,
				   sizeof(*memory->absent[0]));
	if (!memory->absent[0])
		return sum_memory();
	for (i = 1; i < MISS_TABLES; i++)
		memory->absent[i] = memory->absent[0] + i * (size_t)buckets;
	sum->memories++;
	return 0;
}

int miss_sum_memory(struct miss_sum *sum, const struct miss_header *header)
{
	uint32_t buckets = header->buckets;

	if (header->magic != MISS_MAGIC || !buckets ||
	    buckets > MISS_BUCKETS_MAX || buckets & (buckets - 1))
		return 1;
	return memory_add(sum, &header->key, buckets);
}

static uint64_t count_bound(uint64_t count)
{
	return count < COUNT_MAX ? count : COUNT_MAX;
}

static int row_add(struct table *table, const struct row *row)
{
	if (array_grow(&table->row, &table->room, table->rows + 1,
		       sizeof(*row)))
		return sum_memory();
	table->row[table->rows++] = *row;
	return 0;
}

/* Whether an entry can be what was counted under its hash. One that a writer was
 * killed over, or that is made up, is not. */
static bool entry_sound(const struct memory *memory, uint32_t table,
			const struct miss_entry *entry, uint64_t hash)
{
	uint32_t i;

	if (entry->len > MISS_TEXT || entry->host_len > entry->len ||
	    entry->cut > 1)
		return false;
	if (!(table & MISS_URLS) && entry->host_len != entry->len)
		return false;
	for (i = entry->len; i < MISS_TEXT; i++)
		if (entry->text[i])
			return false;
	return miss_hash(&memory->key, entry->text, entry->len, entry->host_len,
			 entry->cut) == hash;
}

/* What a bucket says of items that it does not have, among them any whose entry
 * is not sound. */
static uint64_t bucket_absent(const struct miss_bucket *bucket,
			      const bool *sound)
{
	uint64_t absent = COUNT_MAX;
	int way;

	for (way = 0; way < MISS_WAYS; way++)
		if (bucket->count[way] < absent)
			absent = bucket->count[way];
	for (way = 0; way < MISS_WAYS; way++)
		if (!sound[way] && count_bound(bucket->count[way]) > absent)
			absent = count_bound(bucket->count[way]);
	return absent;
}

static int entry_add(struct table *table, const struct miss_bucket *bucket,
		     int way, uint64_t absent)
{
	const struct miss_entry *entry = &bucket->entry[way];
	struct row row = {
		.most = count_bound(bucket->count[way]),
		.absent = absent,
		.last = entry->last,
		.len = entry->len,
		.host_len = entry->host_len,
		.cut = entry->cut,
	};

	row.least = entry->error < row.most ? row.most - entry->error : 1;
	memcpy(row.text, entry->text, sizeof(row.text));
	return row_add(table, &row);
}

int miss_sum_bucket(struct miss_sum *sum, uint32_t table, uint32_t number,
		    const struct miss_bucket *bucket)
{
	struct memory *memory = &sum->memory[sum->memories - 1];
	bool sound[MISS_WAYS];
	uint64_t absent;
	int way, err = 0;

	for (way = 0; way < MISS_WAYS; way++)
		sound[way] = bucket->count[way] &&
			     entry_sound(memory, table, &bucket->entry[way],
					 bucket->hash[way]);
	absent = bucket_absent(bucket, sound);
	memory->absent[table][number] += absent;
	for (way = 0; way < MISS_WAYS && !err; way++) {
		sum->table[table].missed += count_bound(bucket->count[way]);
		if (sound[way])
			err = entry_add(&sum->table[table], bucket, way,
					absent);
	}
	return err;
}

static int found_add(struct table *table, const struct miss_found *found,
		     uint64_t absent)
{
	struct row row = {
		.least = count_bound(found->count),
		.absent = absent,
		.last = found->last,
		.len = found->len,
		.host_len = found->host_len,
		.cut = found->cut,
	};

	row.most = row.least + count_bound(found->error);
	if (found->len > MISS_TEXT || found->host_len > found->len)
		return 0;
	memcpy(row.text, found->text, found->len);
	return row_add(table, &row);
}

int miss_sum_kept(struct miss_sum *sum, uint32_t table,
		  const struct miss_list *list)
{
	static const struct hash_key none;
	uint64_t absent = count_bound(list->absent);
	int err = memory_add(sum, &none, 1);
	size_t i;

	if (err)
		return err;
	sum->memory[sum->memories - 1].absent[table][0] = absent;
	sum->table[table].missed += count_bound(list->missed);
	for (i = 0; i < list->count && !err; i++)
		err = found_add(&sum->table[table], &list->found[i], absent);
	return err;
}

static int row_compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	if (x->host_len != y->host_len)
		return x->host_len < y->host_len ? -1 : 1;
	if (x->cut != y->cut)
		return x->cut < y->cut ? -1 : 1;
	return memcmp(x->text, y->text, sizeof(x->text));
}

/* What is said of an item by all memories that do not have it, as if none
 * had. */
static uint64_t absent_sum(const struct miss_sum *sum, uint32_t table,
			   const struct row *row)
{
	uint64_t absent = 0, hash;
	size_t i;

	for (i = 0; i < sum->memories; i++) {
		const struct memory *memory = &sum->memory[i];

		hash = miss_hash(&memory->key, row->text, row->len,
				 row->host_len, row->cut);
		absent += memory->absent[table]
					[miss_bucket_of(memory->buckets, hash)];
	}
	return absent;
}

/* The most that is said of any item that no memory has. */
static uint64_t absent_most(const struct miss_sum *sum, uint32_t table)
{
	uint64_t absent = 0;
	uint32_t bucket;
	size_t i;

	for (i = 0; i < sum->memories; i++) {
		const struct memory *memory = &sum->memory[i];
		uint64_t most = 0;

		for (bucket = 0; bucket < memory->buckets; bucket++)
			if (memory->absent[table][bucket] > most)
				most = memory->absent[table][bucket];
		absent += most;
	}
	return absent;
}

/* One item, from as many rows as have it. */
static struct miss_found rows_sum(const struct miss_sum *sum, uint32_t table,
				  const struct row *row, size_t rows)
{
	struct miss_found found = {
		.text = (const char *)row->text,
		.len = row->len,
		.host_len = row->host_len,
		.cut = row->cut,
	};
	uint64_t most = absent_sum(sum, table, row);
	size_t i;

	for (i = 0; i < rows; i++) {
		found.count += row[i].least;
		most += row[i].most - row[i].absent;
		if (row[i].last > found.last)
			found.last = row[i].last;
	}
	found.error = most > found.count ? most - found.count : 0;
	return found;
}

static int found_compare(const void *a, const void *b)
{
	const struct miss_found *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	order = memcmp(x->text, y->text, len);
	return order ? order : (x->len > y->len) - (x->len < y->len);
}

int miss_sum_list(struct miss_sum *sum, uint32_t table, size_t most,
		  struct miss_list *list)
{
	struct table *from = &sum->table[table];
	size_t i, same;

	*list = (struct miss_list){.absent = absent_most(sum, table),
				   .missed = from->missed};
	if (!from->rows)
		return 0;
	list->found = malloc(from->rows * sizeof(*list->found));
	if (!list->found)
		return sum_memory();
	qsort(from->row, from->rows, sizeof(*from->row), row_compare);
	for (i = 0; i < from->rows; i += same) {
		for (same = 1;
		     i + same < from->rows &&
		     !row_compare(&from->row[i], &from->row[i + same]);)
			same++;
		list->found[list->count++] =
			rows_sum(sum, table, &from->row[i], same);
	}
	qsort(list->found, list->count, sizeof(*list->found), found_compare);
	for (i = most ? most : list->count; i < list->count; i++) {
		const struct miss_found *left = &list->found[i];

		if (left->count + left->error > list->absent)
			list->absent = left->count + left->error;
	}
	if (most && list->count > most)
		list->count = most;
	return 0;
}

void miss_list_free(struct miss_list *list)
{
	free(list->found);
	list->found = NULL;
}

void miss_sum_free(struct miss_sum *sum)
{
	size_t i;

	if (!sum)
		return;
	for (i = 0; i < MISS_TABLES; i++)
		free(sum->table[i].row);
	for (i = 0; i < sum->memories; i++)
		free(sum->memory[i].absent[0]);
	free(sum->memory);
	free(sum);
}
