// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "map_build_pilots.h"
#include "map_view.h"

enum {
	BUCKET_MAX = 256, /* keys: none has nearly so many by chance */
	PILOTS = 1 << 16, /* that a __u16 has room for */
	WORD_BITS = 64,
};

/* A part while its pilots are chosen. */
struct search {
	struct map_pilots *pilots;
	const struct map_table *table;
	uint64_t *hash;
	uint8_t *chain;
	uint64_t *bucket;
	uint32_t *slot;
};

static int pilots_room(struct map_pilots *pilots, const struct map_table *table,
		       uint32_t count)
{
	size_t words = table->slots / WORD_BITS + 1;

	if (array_grow(&pilots->order, &pilots->order_room, count,
		       sizeof(*pilots->order)) ||
	    array_grow(&pilots->start, &pilots->start_room,
		       (size_t)table->buckets + 1, sizeof(*pilots->start)) ||
	    array_grow(&pilots->by_size, &pilots->size_room, table->buckets,
		       sizeof(*pilots->by_size)) ||
	    array_grow(&pilots->taken, &pilots->taken_room, words,
		       sizeof(*pilots->taken)))
		return error_sys(-ENOMEM, "cannot compile the map");
	memset(pilots->start, 0,
	       ((size_t)table->buckets + 1) * sizeof(*pilots->start));
	memset(pilots->taken, 0, words * sizeof(*pilots->taken));
	return 0;
}

/* Counting sort: afterwards start[b] is the end of bucket b, and so the begin
 * of the next one. */
static void keys_sort(struct search *search, uint32_t count)
{
	uint32_t *start = search->pilots->start, sum = 0, i;

	for (i = 0; i < count; i++)
		start[map_bucket(search->table, search->hash[i])]++;
	for (i = 0; i < search->table->buckets; i++) {
		uint32_t size = start[i];

		start[i] = sum;
		sum += size;
	}
	for (i = 0; i < count; i++)
		search->pilots->order[start[map_bucket(search->table,
						       search->hash[i])]++] = i;
}

static uint32_t bucket_begin(const struct search *search, uint32_t bucket)
{
	return bucket ? search->pilots->start[bucket - 1] : 0;
}

static uint32_t bucket_size(const struct search *search, uint32_t bucket)
{
	return search->pilots->start[bucket] - bucket_begin(search, bucket);
}

static int unplaced(void)
{
	return error_set(-EAGAIN, "cannot compile the map: try again");
}

/* Counting sort of the buckets, the largest first. */
static int buckets_sort(struct search *search)
{
	uint32_t place[BUCKET_MAX] = {0}, i, size, sum = 0;

	for (i = 0; i < search->table->buckets; i++) {
		size = bucket_size(search, i);
		if (size >= BUCKET_MAX)
			return unplaced();
		place[size]++;
	}
	for (size = BUCKET_MAX; size--;) {
		uint32_t n = place[size];

		place[size] = sum;
		sum += n;
	}
	for (i = 0; i < search->table->buckets; i++)
		search->pilots->by_size[place[bucket_size(search, i)]++] = i;
	return 0;
}

static bool slot_taken(const struct map_pilots *pilots, uint32_t slot)
{
	return pilots->taken[slot / WORD_BITS] >> slot % WORD_BITS & 1;
}

static void slot_flip(struct map_pilots *pilots, uint32_t slot)
{
	pilots->taken[slot / WORD_BITS] ^= 1ULL << slot % WORD_BITS;
}

/* Take the slots that a pilot gives a bucket's keys, all or none. Most pilots
 * fail on what is taken already: nothing is written until one does not. */
static bool pilot_try(const struct search *search, const uint64_t *hash,
		      uint32_t *slot, uint32_t size, uint32_t pilot)
{
	struct map_pilots *pilots = search->pilots;
	uint32_t i;

	for (i = 0; i < size; i++) {
		slot[i] = map_slot(search->table, hash[i], pilot);
		if (slot_taken(pilots, slot[i]))
			return false;
	}
	for (i = 0; i < size && !slot_taken(pilots, slot[i]); i++)
		slot_flip(pilots, slot[i]);
	if (i == size)
		return true;
	while (i--)
		slot_flip(pilots, slot[i]);
	return false;
}

/* Chain a key to those before it in its bucket that have the same hash. */
static int key_chain(struct search *search, const uint32_t *key, uint32_t i)
{
	uint32_t links = 0, j;

	for (j = 0; j < i; j++) {
		if (search->hash[key[j]] != search->hash[key[i]])
			continue;
		if (++links == MAP_CHAIN_MAX)
			return unplaced();
		search->chain[key[j]] = 1;
		search->hash[key[i]] = map_chain(search->hash[key[i]]);
		j = -1;
	}
	return 0;
}

static int bucket_place(struct search *search, uint32_t bucket)
{
	const uint32_t *key =
		search->pilots->order + bucket_begin(search, bucket);
	uint32_t size = bucket_size(search, bucket), pilot, i;
	uint64_t hash[BUCKET_MAX], filter = 0;
	uint32_t slot[BUCKET_MAX];
	int err = 0;

	for (i = 1; i < size && !err; i++)
		err = key_chain(search, key, i);
	if (err)
		return err;
	for (i = 0; i < size; i++) {
		hash[i] = search->hash[key[i]];
		filter |= map_filter(hash[i]);
	}
	for (pilot = 0; pilot < PILOTS; pilot++)
		if (pilot_try(search, hash, slot, size, pilot))
			break;
	if (pilot == PILOTS)
		return unplaced();
	for (i = 0; i < size; i++)
		search->slot[key[i]] = slot[i];
	search->bucket[bucket] = pilot | filter;
	return 0;
}

int map_pilots_find(struct map_pilots *pilots, const struct map_table *table,
		    uint64_t *hash, uint8_t *chain, uint32_t count,
		    uint64_t *bucket, uint32_t *slot)
{
	struct search search = {
		.pilots = pilots,
		.table = table,
		.hash = hash,
		.chain = chain,
		.bucket = bucket,
		.slot = slot,
	};
	uint32_t i;
	int err;

	if (count)
		memset(chain, 0, count);
	err = pilots_room(pilots, table, count);
	if (err)
		return err;
	keys_sort(&search, count);
	err = buckets_sort(&search);
	for (i = 0; i < table->buckets && !err; i++)
		err = bucket_place(&search, pilots->by_size[i]);
	return err;
}

void map_pilots_free(struct map_pilots *pilots)
{
	free(pilots->order);
	free(pilots->start);
	free(pilots->by_size);
	free(pilots->taken);
}
