// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "error.h"
#include "map_build_pilots.h"
#include "map_build_records.h"
#include "map_view.h"

/* The keys of a part, as they were and as they have become. */
struct part {
	struct map_table table;
	uint32_t count;
	uint64_t *hash, *was, *bucket;
	uint8_t *chain;
	uint32_t *slot;
};

/* Chosen once: the memory is used again for the next part. */
static struct map_pilots pilots;

static uint64_t draw(void)
{
	static uint64_t seed = 88172645463325252ULL;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return hash_mix(seed);
}

static void part_make(struct part *part, uint32_t count, uint32_t part_bits)
{
	static struct map_records records;

	memset(part, 0, sizeof(*part));
	/* As large as a map's table with so many records is. */
	records.piece[0].count = records.count = count;
	assert_int_equal(map_records_size(&records, &part->table), 0);
	if (part->table.part_bits) /* all are in the first one here */
		assert_true(count > 1 << 16);
	part->table.part_bits = part_bits;
	part->count = count;
	part->hash = test_calloc(count + 1, sizeof(*part->hash));
	part->was = test_calloc(count + 1, sizeof(*part->was));
	part->chain = test_malloc(count + 1);
	part->slot = test_calloc(count + 1, sizeof(*part->slot));
	part->bucket = test_calloc(part->table.buckets, sizeof(*part->bucket));
	memset(part->chain, 0xa5, count + 1);
}

static void part_free(struct part *part)
{
	test_free(part->hash);
	test_free(part->was);
	test_free(part->chain);
	test_free(part->slot);
	test_free(part->bucket);
}

static int part_find(struct part *part)
{
	memcpy(part->was, part->hash, part->count * sizeof(*part->hash));
	return map_pilots_find(&pilots, &part->table, part->hash, part->chain,
			       part->count, part->bucket, part->slot);
}

/* Where a lookup goes: the slot that the bucket gives, if it lets pass. */
static uint32_t slot_of(const struct part *part, uint64_t hash)
{
	uint64_t bucket = part->bucket[map_bucket(&part->table, hash)];

	if ((bucket & map_filter(hash)) != map_filter(hash))
		fail_msg("%u keys: a filter is shut", part->count);
	return map_slot(&part->table, hash, bucket & 0xffff);
}

/* Each key has a slot of its own, and a lookup comes to it from the hash that it
 * has, over the keys that are chained before. */
static void part_check(const struct part *part)
{
	uint32_t *key = test_calloc(part->table.slots, sizeof(*key));
	uint32_t i, links, at;
	uint64_t hash;

	for (i = 0; i < part->count; i++) {
		assert_true(part->slot[i] < part->table.slots);
		if (key[part->slot[i]])
			fail_msg("%u keys: two in slot %u", part->count,
				 part->slot[i]);
		key[part->slot[i]] = i + 1;
		assert_in_range(part->chain[i], 0, 1);
	}
	for (i = 0; i < part->count; i++) {
		hash = part->was[i];
		for (links = 0; links < MAP_CHAIN_MAX; links++) {
			at = key[slot_of(part, hash)];
			if (at == i + 1)
				break;
			if (!at || !part->chain[at - 1])
				fail_msg("%u keys: number %u is not found",
					 part->count, i);
			hash = map_chain(hash);
		}
		assert_in_range(links, 0, MAP_CHAIN_MAX - 1);
		assert_true(part->hash[i] == hash);
	}
	test_free(key);
}

static void size_try(uint32_t count, uint32_t part_bits)
{
	struct part part;
	uint32_t i;

	part_make(&part, count, part_bits);
	for (i = 0; i < count; i++)
		part.hash[i] = draw() >> part_bits; /* the first part's */
	if (part_find(&part))
		fail_msg("%u keys: %s", count, error_text());
	part_check(&part);
	for (i = 0; i < count; i++)
		assert_int_equal(part.chain[i], 0);
	part_free(&part);
}

static void sizes(void **state)
{
	static const uint32_t large[] = {4095, 10000, 65535, 65536, 100000};
	uint32_t count, i;

	(void)state;
	for (count = 0; count <= 2000; count++)
		size_try(count, count % (MAP_PART_BITS_MAX + 1));
	for (i = 0; i < sizeof(large) / sizeof(*large); i++)
		size_try(large[i], i * 2);
}

/* A table whose size is not the records', down to one slot for each key. */
static void tight(void **state)
{
	struct part part;
	uint32_t i, more;

	(void)state;
	for (i = 0; i < 200; i++) {
		uint32_t count = 1 + i % 20;

		part_make(&part, count, 0);
		part.table.slots = count;
		for (more = 0; more < count; more++)
			part.hash[more] = draw();
		/* It need not be found; what is found is right. */
		if (!part_find(&part))
			part_check(&part);
		part_free(&part);
	}
}

/* n keys of one hash, among others. */
static int chain_try(uint32_t count, uint32_t n, uint64_t twin)
{
	struct part part;
	uint32_t i;
	int err;

	part_make(&part, count, 0);
	for (i = 0; i < count; i++)
		part.hash[i] = draw();
	for (i = 0; i < n; i++)
		part.hash[i * (count / n)] = twin;
	err = part_find(&part);
	if (!err)
		part_check(&part);
	part_free(&part);
	return err;
}

static void chains(void **state)
{
	static const uint64_t twins[] = {0, ~0ULL, 1, 1ULL << 63,
					 0x123456789abcdef0ULL};
	uint32_t i, n, count;

	(void)state;
	for (i = 0; i < sizeof(twins) / sizeof(*twins) * 40; i++)
		for (n = 1; n <= MAP_CHAIN_MAX + 2; n++) {
			count = n + i * 7 % 300;
			assert_int_equal(chain_try(count, n, twins[i / 40]),
					 n <= MAP_CHAIN_MAX ? 0 : -EAGAIN);
		}
	assert_non_null(strstr(error_text(), "try again"));
}

/* Keys whose hash is the one that another is chained by. */
static void chains_that_meet(void **state)
{
	struct part part;
	uint64_t hash, next;
	uint32_t i, order, kind;

	(void)state;
	for (i = 0; i < 24 * 50; i++) {
		part_make(&part, 4, 0);
		hash = draw();
		next = map_chain(hash);
		order = i % 24;
		for (kind = 0; kind < 4; kind++) {
			uint32_t at = order % (4 - kind), free = 0;

			order /= 4 - kind;
			while (part.hash[free] || at--)
				free++;
			part.hash[free] = kind < 2    ? hash
					  : kind == 2 ? next
						      : map_chain(next);
		}
		if (!part_find(&part))
			part_check(&part);
		else
			assert_non_null(strstr(error_text(), "try again"));
		part_free(&part);
	}
}

static int pilots_end(void **state)
{
	(void)state;
	map_pilots_free(&pilots);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(tight),
		cmocka_unit_test(chains),
		cmocka_unit_test(chains_that_meet),
	};

	return cmocka_run_group_tests(tests, NULL, pilots_end);
}
