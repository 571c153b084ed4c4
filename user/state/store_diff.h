/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DIFF_H
#define STORE_DIFF_H

#include <stdint.h>

#include "store_diff_scans.h"

struct store;

/* All return 0 or -errno with error_set() unless said otherwise. */

/* How many rules differ from one release to another, told by their order (rule_order.h). Of
 * all rules, unless the log has it: that of a release and the one before. */
int store_difference(struct store *store, uint64_t from, uint64_t to,
		     struct store_counts *counts);

#endif
