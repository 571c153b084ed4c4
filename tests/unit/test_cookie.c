// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cookie.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

enum { NOW = 1000 * COOKIE_SLOT + 13, ISN = 0x89abcdef, SCALE = 7 };

static const struct cookie_keys two_keys = {
	.key = {{{0x0706050403020100, 0x0f0e0d0c0b0a0908}},
		{{0x1716151413121110, 0x1f1e1d1c1b1a1918}}},
};

static const struct fast_flow flows[] = {
	{.client = {[10] = 0xff, 0xff, 192, 0, 2, 7},
	 .server = {[10] = 0xff, 0xff, 198, 51, 100, 1},
	 .client_port = 40000,
	 .server_port = 80},
	{.client = {0x20, 0x01, 0x0d, 0xb8, [15] = 7},
	 .server = {0x20, 0x01, 0x0d, 0xb8, [15] = 1},
	 .client_port = 40000,
	 .server_port = 80},
	/* IPv6 addresses that are all but mapped IPv4 addresses. */
	{.client = {[9] = 1, 0xff, 0xff, 192, 0, 2, 7}, .server = {1}},
	{.client = {1, [10] = 0xff, 0xff, 192, 0, 2, 7}, .server = {1}},
	{.client = {[10] = 0xff, 0xfe, 192, 0, 2, 7}, .server = {1}},
};

static void classes(void **state)
{
	uint32_t mss, class;

	(void)state;
	for (mss = 536; mss < 65536; mss++) {
		class = cookie_class(mss);
		assert_in_range(class, 0, COOKIE_CLASSES - 1);
		assert_true(cookie_mss(class) <= mss);
		assert_true(class == COOKIE_CLASSES - 1 ||
			    cookie_mss(class + 1) > mss);
	}
	for (mss = 0; mss < COOKIE_CLASSES; mss++)
		assert_int_equal(cookie_class(cookie_mss(mss)), mss);
}

/* What is kept beside a segment with timestamps, and without. */
static uint32_t most(int timestamps)
{
	return timestamps ? COOKIE_CLASSES : COOKIE_KEPT;
}

/* A cookie holds in its slot and the next, under both keys, whichever is the
 * current one by then. */
static void life_of(const struct fast_flow *flow, uint32_t kept, int timestamps,
		    int current, int turn)
{
	uint64_t start = NOW - turn % COOKIE_SLOT + (turn & 1) * COOKIE_SLOT;
	struct cookie_keys keys = two_keys;
	uint32_t cookie;
	uint64_t age;

	keys.current = current;
	cookie = cookie_make(&keys, flow, ISN, start, SCALE, kept);
	keys.current ^= turn & 1;
	for (age = 0; age < 8 * COOKIE_SLOT; age++) {
		uint64_t now = start + age;
		int holds = now / COOKIE_SLOT - start / COOKIE_SLOT < 2;
		int got = cookie_check(&keys, flow, ISN, now, SCALE, timestamps,
				       cookie);

		/* Afterwards it is early at most, by chance. */
		assert_true(holds ? got == (int)kept : got < 0);
	}
}

static void life(void **state)
{
	int timestamps, turn = 0;
	uint32_t kept;
	size_t i;

	(void)state;
	for (timestamps = 0; timestamps < 2; timestamps++)
		for (kept = 0; kept < most(timestamps); kept++)
			for (i = 0; i < COUNT(flows) * 2; i++)
				life_of(&flows[i / 2], kept, timestamps, i % 2,
					turn++);
}

/* What was made for a client with timestamps, and comes back without, is of its
 * class; the other way round it is so, or none. */
static void p8_either_kind(void **state)
{
	uint32_t kept, cookie;

	(void)state;
	for (kept = 0; kept < COOKIE_KEPT; kept++) {
		cookie = cookie_make(&two_keys, flows, ISN, NOW, SCALE, kept);
		assert_int_equal(cookie_check(&two_keys, flows, ISN, NOW, SCALE,
					      0, cookie),
				 kept);
		if (kept < COOKIE_CLASSES)
			assert_int_equal(cookie_check(&two_keys, flows, ISN,
						      NOW, SCALE, 1, cookie),
					 kept);
		else
			assert_true(cookie_check(&two_keys, flows, ISN, NOW,
						 SCALE, 1, cookie) < 0);
	}
}

/* Where windows have another scale it does not hold. */
static void p20_scales(void **state)
{
	uint32_t scale, other, cookie;

	(void)state;
	for (scale = 0; scale < 15; scale++)
		for (other = 0; other < 15; other++) {
			int got;

			cookie = cookie_make(&two_keys, flows, ISN, NOW, scale,
					     6);
			got = cookie_check(&two_keys, flows, ISN, NOW, other, 1,
					   cookie);
			assert_true(scale == other ? got == 6 : got < 0);
		}
}

static void wrong_key(void **state)
{
	struct cookie_keys keys = two_keys;
	uint32_t cookie;

	(void)state;
	cookie = cookie_make(&keys, flows, ISN, NOW, SCALE, 3);
	keys.key[1].word[0]++; /* the one that did not sign */
	assert_int_equal(cookie_check(&keys, flows, ISN, NOW, SCALE, 0, cookie),
			 3);
	keys.key[0].word[1]++;
	assert_int_equal(cookie_check(&keys, flows, ISN, NOW, SCALE, 0, cookie),
			 COOKIE_NONE);
}

/* Each bit of a flow counts, so that it is none of ours with another. */
static void flow_bits(void **state)
{
	size_t i, bit, bits = 8 * sizeof(struct fast_flow);
	uint32_t cookie;

	(void)state;
	for (i = 0; i < COUNT(flows) * bits; i++) {
		struct fast_flow flow = flows[i / bits];
		uint8_t *bytes = (uint8_t *)&flow;

		bit = i % bits;
		/* Both addresses of a flow are of one family. */
		if (i < bits && bit / 8 < 32 && bit / 8 % 16 < 12)
			continue;
		cookie = cookie_make(&two_keys, &flow, ISN, NOW, SCALE, 6);
		bytes[bit / 8] ^= 1 << bit % 8;
		assert_int_equal(cookie_check(&two_keys, &flow, ISN, NOW, SCALE,
					      0, cookie),
				 COOKIE_NONE);
	}
}

/* With another place in the client's stream it is ours, but early; and so with
 * another of those bits that depend on the place. Without timestamps two bits
 * are no hash. */
static void early_of(const struct fast_flow *flow, int timestamps)
{
	uint32_t cookie = cookie_make(&two_keys, flow, ISN, NOW, SCALE, 6);
	uint32_t mask = timestamps ? 0 : COOKIE_MORE, changed;
	size_t bit;

	for (bit = 0; bit < 32; bit++) {
		changed = 1u << bit;
		assert_int_equal(cookie_check(&two_keys, flow, ISN ^ changed,
					      NOW, SCALE, timestamps, cookie),
				 COOKIE_EARLY);
		if (!(changed & mask))
			assert_int_equal(cookie_check(&two_keys, flow, ISN, NOW,
						      SCALE, timestamps,
						      cookie ^ changed),
					 changed > COOKIE_FLOW ? COOKIE_EARLY
							       : COOKIE_NONE);
	}
}

static void early(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(flows) * 2; i++)
		early_of(&flows[i / 2], i % 2);
}

/* A guess holds with a chance of 2^-27, and is early with one of 2^-14; without
 * timestamps of 2^-25, and of 2^-12. */
static void guesses(void **state)
{
	uint32_t i, guess, seen[2] = {0};
	int kept, timestamps;

	(void)state;
	srandom(1);
	for (i = 0; i < 1000000; i++) {
		guess = (uint32_t)random() << 1 ^ random();
		for (timestamps = 0; timestamps < 2; timestamps++) {
			kept = cookie_check(&two_keys, flows, ISN, NOW, SCALE,
					    timestamps, guess);
			assert_true(kept < 0);
			seen[timestamps] += kept == COOKIE_EARLY;
		}
	}
	assert_in_range(seen[0], 1000000 / 4096 - 60, 1000000 / 4096 + 60);
	assert_in_range(seen[1], 1000000 / 16384 - 30, 1000000 / 16384 + 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes),    cmocka_unit_test(life),
		cmocka_unit_test(wrong_key),  cmocka_unit_test(flow_bits),
		cmocka_unit_test(early),      cmocka_unit_test(guesses),
		cmocka_unit_test(p20_scales), cmocka_unit_test(p8_either_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
