/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DIFF_FEW_H
#define STORE_DIFF_FEW_H

#include <stdint.h>

struct store;
struct store_counts; /* store_diff_scans.h */

/*
 * store_diff_few - what store_difference() counts, without reading all rules
 *
 * Where between a release and an earlier one, whose rows these are, lie few
 * changes of few rules each, and one release at most of any size, whose counts
 * the log has. Returns 1, 0 if it is not so, or -errno with error_set().
 */
int store_diff_few(struct store *store, uint64_t from, uint64_t to,
		   struct store_counts *counts);

#endif
