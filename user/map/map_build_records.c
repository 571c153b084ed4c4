// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "map_build_file.h"
#include "map_build_pilots.h"
#include "map_build_records.h"
#include "map_view.h"

enum {
	LAST_SHIFT = 48, /* of a number: the piece; below it, where in it */
	PIECE_SHIFT = 64 - MAP_PART_BITS_MAX,
	PART_KEYS = 1 << 16, /* so many fit a core's cache */
	BUCKET_KEYS = 4,     /* of a bucket, on average */
	/* Slots that are in use, in percent: more of them make the last pilots
	 * hard to find. */
	SLOTS_USED = 95,
	SLOTS_MORE = 8,
	LONG_COST = 64, /* bytes that a wait for memory is worth */
};

struct piece_record {
	uint64_t hash;
	uint32_t len;  /* multiple of 8 */
	uint32_t used; /* without what rounds it up */
};

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot compile the map");
}

static void sizes_note(struct map_records *records, size_t len)
{
	int shift;

	for (shift = MAP_SLOT_SHIFT; shift <= MAP_SLOT_SHIFT_MAX; shift++) {
		if (len <= (size_t)1 << shift)
			records->up_to[shift]++;
		else
			records->longer[shift] += len;
	}
}

int map_records_add(struct map_records *records, uint64_t hash, size_t len,
		    uint8_t **record)
{
	struct map_piece *piece = &records->piece[hash >> PIECE_SHIFT];
	struct piece_record *head;
	size_t rounded = (len + 7) & ~(size_t)7;
	size_t want = piece->used + sizeof(*head) + rounded;

	if (array_grow(&piece->bytes, &piece->room, want, 1))
		return no_memory();
	head = (void *)(piece->bytes + piece->used);
	*head = (struct piece_record){hash, rounded, len};
	piece->used = want;
	piece->count++;
	records->count++;
	records->last = (uint64_t)(piece - records->piece) << LAST_SHIFT |
			(piece->used - rounded);
	sizes_note(records, len);
	*record = (uint8_t *)(head + 1);
	memset(*record, 0, rounded);
	return 0;
}

uint64_t map_records_last(const struct map_records *records)
{
	return records->last;
}

uint8_t *map_records_get(const struct map_records *records, uint64_t number)
{
	const struct map_piece *piece = &records->piece[number >> LAST_SHIFT];

	return piece->bytes + (number & ((1ULL << LAST_SHIFT) - 1));
}

static void piece_free(struct map_piece *piece)
{
	free(piece->bytes);
	*piece = (struct map_piece){0};
}

void map_records_free(struct map_records *records)
{
	int i;

	for (i = 0; i < MAP_PIECES; i++)
		piece_free(&records->piece[i]);
}

/* One part while it is laid out. */
struct layout {
	struct map_records *records;
	struct map_writer *writer;
	const struct map_table *table;
	enum map_table_id id;
	struct map_pilots pilots;
	uint64_t *buckets; /* of the whole table */
	uint8_t *slots;	   /* of the part */
	/* of the part's keys */
	struct piece_record **record;
	uint64_t *hash;
	uint8_t *chain;
	uint32_t *slot;
	size_t record_room, hash_room, chain_room, slot_room;
	uint32_t count;
};

/* The size of slot that costs least. */
static uint32_t slot_shift(const struct map_records *records)
{
	uint32_t shift, best = MAP_SLOT_SHIFT;
	size_t cost, least = SIZE_MAX;

	for (shift = MAP_SLOT_SHIFT; shift <= MAP_SLOT_SHIFT_MAX; shift++) {
		size_t longer = records->count - records->up_to[shift];

		cost = (records->count << shift) + records->longer[shift] +
		       longer * LONG_COST;
		if (cost < least) {
			least = cost;
			best = shift;
		}
	}
	return best;
}

/* How many records a part has: those of the pieces from first on. */
static uint64_t part_count(const struct map_records *records,
			   const struct map_table *table, uint32_t part)
{
	uint32_t n = MAP_PIECES >> table->part_bits, i;
	uint64_t count = 0;

	for (i = 0; i < n; i++)
		count += records->piece[part * n + i].count;
	return count;
}

int map_records_size(const struct map_records *records, struct map_table *table)
{
	uint64_t most = 0, count;
	uint32_t i;

	table->part_bits = 0;
	while (records->count >> table->part_bits > PART_KEYS &&
	       table->part_bits < MAP_PART_BITS_MAX)
		table->part_bits++;
	for (i = 0; i < 1u << table->part_bits; i++) {
		count = part_count(records, table, i);
		if (count > most)
			most = count;
	}
	most = most * 100 / SLOTS_USED + SLOTS_MORE;
	if (most << table->part_bits >= MAP_ADDR_HOST)
		return error_set(-EFBIG, "cannot compile the map: %zu rules",
				 records->count);
	table->slots = most;
	table->buckets = most / BUCKET_KEYS + 1;
	table->slot_shift = slot_shift(records);
	return 0;
}

static int layout_room(struct layout *layout)
{
	const struct map_table *table = layout->table;

	layout->buckets = calloc((size_t)table->buckets << table->part_bits,
				 sizeof(*layout->buckets));
	layout->slots = malloc((size_t)table->slots << table->slot_shift);
	return layout->buckets && layout->slots ? 0 : no_memory();
}

static void layout_free(struct layout *layout)
{
	map_pilots_free(&layout->pilots);
	free(layout->buckets);
	free(layout->slots);
	free(layout->record);
	free(layout->hash);
	free(layout->chain);
	free(layout->slot);
}

/* List the records of a part. */
static int part_list(struct layout *layout, uint32_t part)
{
	uint32_t n = MAP_PIECES >> layout->table->part_bits, i;
	uint64_t count = part_count(layout->records, layout->table, part);

	if (array_grow(&layout->record, &layout->record_room, count,
		       sizeof(*layout->record)) ||
	    array_grow(&layout->hash, &layout->hash_room, count,
		       sizeof(*layout->hash)) ||
	    array_grow(&layout->chain, &layout->chain_room, count, 1) ||
	    array_grow(&layout->slot, &layout->slot_room, count,
		       sizeof(*layout->slot)))
		return no_memory();
	layout->count = 0;
	for (i = part * n; i < (part + 1) * n; i++) {
		struct map_piece *piece = &layout->records->piece[i];
		size_t at = 0;

		while (at < piece->used) {
			struct piece_record *record =
				(void *)(piece->bytes + at);

			layout->record[layout->count] = record;
			layout->hash[layout->count++] = record->hash;
			at += sizeof(*record) + record->len;
		}
	}
	return 0;
}

static int pilots_choose(struct layout *layout, uint32_t part)
{
	const struct map_table *table = layout->table;

	return map_pilots_find(&layout->pilots, table, layout->hash,
			       layout->chain, layout->count,
			       layout->buckets + (size_t)part * table->buckets,
			       layout->slot);
}

/* Put a record into its slot, or what comes before its texts. */
static int record_write(struct layout *layout, uint32_t i)
{
	const struct map_table *table = layout->table;
	const struct piece_record *from = layout->record[i];
	struct map_rule *record = (void *)(from + 1);
	size_t size = (size_t)1 << table->slot_shift, head = from->used;
	uint32_t slot = layout->slot[i];
	int err = 0;

	if (head > size) {
		head = map_record_head(record);
		err = map_writer_text(layout->writer, (uint8_t *)record + head,
				      from->used - head, &record->texts);
	}
	if (layout->chain[i])
		record->flags |= MAP_RULE_CHAIN;
	memcpy(layout->slots + slot * size, record, head);
	return err;
}

static int part_write(struct layout *layout, uint32_t part)
{
	const struct map_table *table = layout->table;
	size_t size = (size_t)table->slots << table->slot_shift;
	uint32_t n = MAP_PIECES >> table->part_bits, i;
	int err;

	err = part_list(layout, part);
	if (!err)
		err = pilots_choose(layout, part);
	if (err)
		return err;
	memset(layout->slots, 0, size);
	for (i = 0; i < layout->count && !err; i++)
		err = record_write(layout, i);
	if (!err)
		err = map_writer_put(layout->writer,
				     MAP_HOST_SLOTS + 2 * layout->id,
				     layout->slots, size);
	for (i = 0; i < n; i++)
		piece_free(&layout->records->piece[part * n + i]);
	return err;
}

static int layout_write(struct layout *layout)
{
	const struct map_table *table = layout->table;
	size_t buckets = (size_t)table->buckets << table->part_bits;
	uint32_t part;
	int err = 0;

	for (part = 0; part < 1u << table->part_bits && !err; part++)
		err = part_write(layout, part);
	if (!err)
		err = map_writer_put(layout->writer,
				     MAP_HOST_BUCKETS + 2 * layout->id,
				     layout->buckets,
				     buckets * sizeof(*layout->buckets));
	return err;
}

int map_records_write(struct map_records *records, struct map_writer *writer,
		      const struct map_table *table, enum map_table_id id)
{
	struct layout layout = {
		.records = records,
		.writer = writer,
		.table = table,
		.id = id,
	};
	int err;

	err = layout_room(&layout);
	if (!err)
		err = layout_write(&layout);
	layout_free(&layout);
	return err;
}
