// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "hash.h"

enum { WORDS = 2 * HASH_BLOCK + 3 };

static struct hash_key key;
static __u64 words[WORDS];

/* The same numbers in every run. */
static uint64_t draw(void)
{
	static uint64_t seed = 1;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x9e3779b97f4a7c15ULL;
}

static uint64_t hash(size_t count, uint64_t context)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum = hash_word(&key, sum, i, words[i]);
	return hash_end(sum, context);
}

static int fill(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HASH_BLOCK; i++)
		key.word[i] = draw();
	for (i = 0; i < WORDS; i++)
		words[i] = draw();
	return 0;
}

/* Every bit of the key counts, and so do both halves of its words. */
static void key_matters(void **state)
{
	uint64_t before = hash(HASH_BLOCK, 0);
	int i;

	(void)state;
	for (i = 0; i < 64 * HASH_BLOCK; i++) {
		key.word[i / 64] ^= 1ULL << i % 64;
		if (hash(HASH_BLOCK, 0) == before)
			fail_msg("bit %d of key word %d", i % 64, i / 64);
		key.word[i / 64] ^= 1ULL << i % 64;
	}
	assert_int_equal(hash(HASH_BLOCK, 0), before);
}

/* Every bit of the message counts, in the later blocks too. */
static void message_matters(void **state)
{
	uint64_t before = hash(WORDS, 0);
	int i;

	(void)state;
	for (i = 0; i < 64 * WORDS; i++) {
		words[i / 64] ^= 1ULL << i % 64;
		if (hash(WORDS, 0) == before)
			fail_msg("bit %d of word %d", i % 64, i / 64);
		words[i / 64] ^= 1ULL << i % 64;
	}
	assert_int_equal(hash(WORDS, 0), before);
}

static void swap(size_t a, size_t b)
{
	uint64_t word = words[a];

	words[a] = words[b];
	words[b] = word;
}

/* The order of words counts, that of words under the same key word too. */
static void order_matters(void **state)
{
	static const struct {
		const char *about;
		size_t a, b;
	} cases[] = {
		{"neighbours", 0, 1},
		{"neighbours in the second block", HASH_BLOCK, HASH_BLOCK + 1},
		{"the ends of a block", 0, HASH_BLOCK - 1},
		{"across blocks", HASH_BLOCK - 1, HASH_BLOCK},
		{"the first words of two blocks", 0, HASH_BLOCK},
		{"the same place in two blocks", 5, HASH_BLOCK + 5},
		{"the last words of two blocks", HASH_BLOCK - 1,
		 2 * HASH_BLOCK - 1},
		{"in the second and the third block", HASH_BLOCK + 1,
		 2 * HASH_BLOCK + 1},
		{"in the first and the third block", 2, 2 * HASH_BLOCK + 2},
	};
	uint64_t before = hash(WORDS, 0);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		swap(cases[i].a, cases[i].b);
		if (hash(WORDS, 0) == before)
			fail_msg("%s", cases[i].about);
		swap(cases[i].a, cases[i].b);
	}
}

/* The halves of a word are not taken for one another. */
static void halves_matter(void **state)
{
	uint64_t before = hash(WORDS, 0), word;
	size_t i;

	(void)state;
	for (i = 0; i < WORDS; i++) {
		word = words[i];
		words[i] = word << 32 | word >> 32;
		if (hash(WORDS, 0) == before)
			fail_msg("word %zu", i);
		words[i] = word;
	}
}

/* Messages that begin equally differ by their length, zeros at the end too;
 * equal ones by their context. */
static void length_and_context_matter(void **state)
{
	static uint64_t seen[WORDS + 1];
	uint64_t plain;
	size_t i, k;

	(void)state;
	memset(words, 0, sizeof(words));
	for (i = 0; i <= WORDS; i++) {
		seen[i] = hash(i, i * 8);
		for (k = 0; k < i; k++)
			if (seen[k] == seen[i])
				fail_msg("%zu and %zu words", k, i);
	}
	fill(NULL);
	plain = hash(3, 0);
	for (i = 0; i < 64; i++)
		if (hash(3, 1ULL << i) == plain)
			fail_msg("bit %zu of the context", i);
}

/* A changed bit, wherever it was, changes about half of each half of the
 * hash: one chooses the group, the other is the tag. */
static void avalanche(void **state)
{
	enum { ROUNDS = 400, BITS = 128 };
	static int changed[64];
	size_t round, bit, i;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		uint64_t before;

		fill(NULL);
		before = hash(2, round);
		for (bit = 0; bit < BITS; bit++) {
			uint64_t diff;

			words[bit / 64] ^= 1ULL << bit % 64;
			diff = hash(2, round) ^ before;
			words[bit / 64] ^= 1ULL << bit % 64;
			for (i = 0; i < 64; i++)
				changed[i] += diff >> i & 1;
		}
	}
	for (i = 0; i < 64; i++)
		if (changed[i] < ROUNDS * BITS * 9 / 20 ||
		    changed[i] > ROUNDS * BITS * 11 / 20)
			fail_msg("bit %zu: %d of %d", i, changed[i],
				 ROUNDS * BITS);
}

/* Contexts that differ little, as lengths do, are spread as well. */
static void context_avalanche(void **state)
{
	enum { ROUNDS = 2000 };
	uint64_t round;
	int bit, i;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		int low = 0, high = 0;

		for (round = 0; round < ROUNDS; round++) {
			uint64_t sum = draw(), diff;

			diff = hash_end(sum, 0) ^ hash_end(sum, 1ULL << bit);
			for (i = 0; i < 32; i++) {
				low += diff >> i & 1;
				high += diff >> (i + 32) & 1;
			}
		}
		if (abs(low - ROUNDS * 16) > ROUNDS * 3 ||
		    abs(high - ROUNDS * 16) > ROUNDS * 3)
			fail_msg("bit %d: %d, %d", bit, low, high);
	}
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int repeats(uint32_t *half, size_t count)
{
	int found = 0;
	size_t i;

	qsort(half, count, sizeof(*half), compare);
	for (i = 1; i < count; i++)
		found += half[i] == half[i - 1];
	return found;
}

/* Messages that count up meet hardly ever, in either half. */
static void halves_spread(void **state)
{
	enum { COUNT = 1 << 16, SHIFTS = 4 };
	static const int shifts[SHIFTS] = {0, 16, 32, 48};
	static uint32_t low[COUNT], high[COUNT];
	size_t s, i;

	(void)state;
	for (s = 0; s < SHIFTS; s++) {
		for (i = 0; i < COUNT; i++) {
			uint64_t value;

			words[0] = (uint64_t)i << shifts[s];
			value = hash(1, 8);
			low[i] = value;
			high[i] = value >> 32;
		}
		/* By chance: 0.5 each. */
		assert_in_range(repeats(low, COUNT), 0, 8);
		assert_in_range(repeats(high, COUNT), 0, 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(key_matters, fill),
		cmocka_unit_test_setup(message_matters, fill),
		cmocka_unit_test_setup(order_matters, fill),
		cmocka_unit_test_setup(halves_matter, fill),
		cmocka_unit_test_setup(length_and_context_matter, fill),
		cmocka_unit_test_setup(avalanche, fill),
		cmocka_unit_test(context_avalanche),
		cmocka_unit_test_setup(halves_spread, fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
