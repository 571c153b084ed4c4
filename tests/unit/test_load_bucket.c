// SPDX-License-Identifier: BSD-2-Clause
/* The load generator's buckets of latencies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../tools/xdp_load/xdp_load.h"

/* Each bucket's least time is its own, the one before belongs to the bucket
 * before, and none is wider than 1/64 of its times. */
static void buckets_join(void **state)
{
	uint64_t ns, width;
	uint32_t i;

	(void)state;
	assert_int_equal(load_bucket(0), 0);
	for (i = 1; i < LOAD_LATENCIES; i++) {
		ns = load_bucket_ns(i);
		width = ns - load_bucket_ns(i - 1);
		assert_int_equal(load_bucket(ns), i);
		assert_int_equal(load_bucket(ns - 1), i - 1);
		assert_true(width == 1 || width * 64 <= ns);
	}
}

static void times_beyond(void **state)
{
	(void)state;
	assert_true(load_bucket_ns(LOAD_LATENCIES - 1) > 100000000000);
	assert_int_equal(load_bucket(UINT64_MAX), LOAD_LATENCIES - 1);
	assert_int_equal(load_bucket(1ULL << 63), LOAD_LATENCIES - 1);
}

/* Choices reach every request, samples are one in LOAD_SAMPLE, and neither
 * depends on the other. */
static void choices_spread(void **state)
{
	enum { REQUESTS = 10, ROUNDS = 200000 };
	uint32_t chosen[REQUESTS] = {0}, sampled[REQUESTS] = {0}, i;
	uint64_t hash;

	(void)state;
	for (i = 0; i < ROUNDS; i++) {
		hash = load_hash(i % 64, 12345 + i / 64 * LOAD_ISN_STEP);
		chosen[load_choice(hash, REQUESTS)]++;
		sampled[load_choice(hash, REQUESTS)] += load_sampled(hash);
	}
	for (i = 0; i < REQUESTS; i++) {
		assert_in_range(chosen[i], ROUNDS / REQUESTS * 9 / 10,
				ROUNDS / REQUESTS * 11 / 10);
		assert_in_range(sampled[i],
				ROUNDS / REQUESTS / LOAD_SAMPLE * 2 / 3,
				ROUNDS / REQUESTS / LOAD_SAMPLE * 3 / 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_join),
		cmocka_unit_test(times_beyond),
		cmocka_unit_test(choices_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
