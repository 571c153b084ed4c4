// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench_xdp_frame.h"
#include "bench_xdp_load.h"
#include "bench_xdp_round.h"
#include "error.h"
#include "fast_counters.h"

void bench_round_make(struct bench_load *load, const struct bench_row *row,
		      struct bench_maker *maker)
{
	int i;

	maker->bytes = maker->head_bytes = 0;
	memset(maker->expected, 0, sizeof(maker->expected));
	for (i = 0; i < BENCH_PACKETS; i++)
		bench_frame(&load->packets[i], row, maker);
}

int bench_round_run(struct bench_load *load, enum bench_slot slot, double *ns)
{
	double own[2], all;
	int err;

	err = bench_load_run(load, BENCH_NOTHING, &own[0]);
	if (!err)
		err = bench_load_run(load, slot, &all);
	if (!err)
		err = bench_load_run(load, BENCH_NOTHING, &own[1]);
	if (!err)
		*ns += all - (own[0] + own[1]) / 2;
	return err;
}

int bench_round_check(struct bench_load *load, const struct bench_row *row,
		      const uint64_t *before, const struct bench_maker *maker,
		      const struct bench_maker *second)
{
	uint64_t after[COUNTER_COUNT], slack, expected;
	int64_t off;
	int i, err;

	err = bench_load_counters(load, after);
	if (err)
		return err;
	slack = row->kind == BENCH_FIN || row->kind == BENCH_WHOLE
			? BENCH_PACKETS / 1000
			: 0;
	for (i = 0; i < COUNTER_COUNT; i++) {
		expected = maker->expected[i];
		if (second)
			expected += second->expected[i];
		off = after[i] - before[i] - expected;
		if ((uint64_t)llabs(off) > slack * (second ? 2 : 1))
			return error_set(-EPROTO,
					 "%s: %s rose by %lld, not %llu",
					 row->name, fast_counter_name(i),
					 (long long)(after[i] - before[i]),
					 (unsigned long long)expected);
	}
	return 0;
}
