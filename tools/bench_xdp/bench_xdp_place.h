/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_XDP_PLACE_H
#define BENCH_XDP_PLACE_H

/* Where bench_xdp runs. Both return 0 or -errno with error_set(). */

/* On one CPU. */
int bench_place_cpu(int cpu);

/* In a network namespace whose only socket is a listener on BENCH_PORT, both
 * for as long as the process runs. */
int bench_place_network(void);

#endif
