/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_TAP_H
#define BENCH_TAP_H

#include <stdint.h>

struct bench_load;
struct bench_tap;

/* A tap of all answers, or one in sample of them, that reads between runs: what it
 * costs to tell. All functions return 0 or -errno with error_set(). */
int bench_tap_open(struct bench_tap **tap, struct bench_load *load,
		   uint32_t sample);

/* Read what was told, and look on for the next run. Accepts NULL. */
int bench_tap_next(struct bench_tap *tap);

/* Accepts NULL. */
void bench_tap_close(struct bench_tap *tap);

#endif
