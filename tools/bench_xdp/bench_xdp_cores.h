/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_XDP_CORES_H
#define BENCH_XDP_CORES_H

struct bench_load;
struct bench_maker;

/*
 * bench_cores - whole connections on two CPUs at once, and on each alone
 * @load:  open, with a release
 * @maker: of the release's rules
 *
 * Of the rules all alike, by Zipf's law, and one alone: what a redirect costs
 * on each CPU, and the rate of each beside the other as part of that alone,
 * round by round. Prints a table. Returns 0 or -errno with error_set().
 */
int bench_cores(struct bench_load *load, struct bench_maker *maker, int cpu,
		int beside, int rounds);

#endif
