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

enum { NOW = 1000 * COOKIE_SLOT + 13, ISN = 0x89abcdef };

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

/* A cookie holds in its slot and the next, under both keys, whichever is the
 * current one by then. */
static void life(void **state)
{
	uint32_t class, current, cookie;
	struct cookie_keys keys = two_keys;
	uint64_t start, age;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(flows) * COOKIE_CLASSES * 4; i++) {
		const struct fast_flow *flow = &flows[i % COUNT(flows)];

		class = i / COUNT(flows) % COOKIE_CLASSES;
		current = i / COUNT(flows) / COOKIE_CLASSES % 2;
		start = NOW - i % COOKIE_SLOT + (i & 1) * COOKIE_SLOT;
		keys.current = current;
		cookie = cookie_make(&keys, flow, ISN, start, class);
		keys.current ^= i & 1;
		for (age = 0; age < 8 * COOKIE_SLOT; age++) {
			uint64_t now = start + age;
			int holds = now / COOKIE_SLOT - start / COOKIE_SLOT < 2;
			int got = cookie_check(&keys, flow, ISN, now, cookie);

			/* Afterwards it is early at most, by chance. */
			assert_true(holds ? got == (int)class : got < 0);
		}
	}
}

static void wrong_key(void **state)
{
	struct cookie_keys keys = two_keys;
	uint32_t cookie;

	(void)state;
	cookie = cookie_make(&keys, flows, ISN, NOW, 3);
	keys.key[1].word[0]++; /* the one that did not sign */
	assert_int_equal(cookie_check(&keys, flows, ISN, NOW, cookie), 3);
	keys.key[0].word[1]++;
	assert_int_equal(cookie_check(&keys, flows, ISN, NOW, cookie),
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
		cookie = cookie_make(&two_keys, &flow, ISN, NOW, 6);
		bytes[bit / 8] ^= 1 << bit % 8;
		assert_int_equal(cookie_check(&two_keys, &flow, ISN, NOW,
					      cookie),
				 COOKIE_NONE);
	}
}

/* With another place in the client's stream it is ours, but early; and so with
 * another of those bits that depend on the place. */
static void early(void **state)
{
	size_t i, bit;
	uint32_t cookie;

	(void)state;
	for (i = 0; i < COUNT(flows); i++)
		for (bit = 0; bit < 32; bit++) {
			cookie = cookie_make(&two_keys, &flows[i], ISN, NOW, 6);
			assert_int_equal(cookie_check(&two_keys, &flows[i],
						      ISN ^ 1u << bit, NOW,
						      cookie),
					 COOKIE_EARLY);
			assert_int_equal(cookie_check(&two_keys, &flows[i], ISN,
						      NOW, cookie ^ 1u << bit),
					 1u << bit > COOKIE_FLOW ? COOKIE_EARLY
								 : COOKIE_NONE);
		}
}

/* A guess holds with a chance of 2^-27, and is early with one of 2^-14. */
static void guesses(void **state)
{
	uint32_t i, guess, seen = 0;
	int class;

	(void)state;
	srandom(1);
	for (i = 0; i < 1000000; i++) {
		guess = (uint32_t)random() << 1 ^ random();
		class = cookie_check(&two_keys, flows, ISN, NOW, guess);
		assert_true(class < 0);
		seen += class == COOKIE_EARLY;
	}
	assert_in_range(seen, 1000000 / 16384 - 30, 1000000 / 16384 + 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes),   cmocka_unit_test(life),
		cmocka_unit_test(wrong_key), cmocka_unit_test(flow_bits),
		cmocka_unit_test(early),     cmocka_unit_test(guesses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
