/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_XDP_ROUND_H
#define BENCH_XDP_ROUND_H

#include <stdint.h>

#include "bench_xdp.h"

struct bench_load;
struct bench_maker;
struct bench_row;

/* What a round is made of. Those that return int return 0 or -errno with
 * error_set(). */

/* New packets of a row, for the feeder. */
void bench_round_make(struct bench_load *load, const struct bench_row *row,
		      struct bench_maker *maker);

/* One run between two that give the feeder's own cost; without that it is added
 * to *ns, of one packet. */
int bench_round_run(struct bench_load *load, enum bench_slot slot, double *ns);

/* Whether the packets did what they are to do, those of a second maker, if it is
 * not NULL, with them. Of the cookies one in 4,096 may look like one by chance
 * where none is. */
int bench_round_check(struct bench_load *load, const struct bench_row *row,
		      const uint64_t *before, const struct bench_maker *maker,
		      const struct bench_maker *second);

#endif
