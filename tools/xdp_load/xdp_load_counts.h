/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_COUNTS_H
#define XDP_LOAD_COUNTS_H

#include "xdp_load.h"

/* Sum up all CPUs' counts in a map. Returns 0, or -errno with error_text(). */
int load_counts_read(struct load_counts *counts, int map);

/* The name of an event, for JSON. */
const char *load_event_name(enum load_event event);

/* The samples of a latency, and the least time in ns that a share of them (0 to
 * 1) did not exceed, to 1/64; 0 without samples. */
__u64 load_counts_samples(const struct load_counts *counts);
__u64 load_counts_latency(const struct load_counts *counts, double share);

#endif
