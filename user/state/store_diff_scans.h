/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DIFF_SCANS_H
#define STORE_DIFF_SCANS_H

#include <stdint.h>

struct store_scan;

struct store_counts {
	uint64_t added, removed, changed;
};

/* Add to counts in how many places of the order (rule_order.h) what two scans give
 * differs. Returns 0 or -errno with error_set(). */
int store_diff_scans(struct store_scan *from, struct store_scan *to,
		     struct store_counts *counts);

#endif
