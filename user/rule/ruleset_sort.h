/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULESET_SORT_H
#define RULESET_SORT_H

struct ruleset;

/* Sort as by rule_order(), equal ones in the order they were added.
 * Returns 0 or -errno with error_set(). */
int ruleset_sort(struct ruleset *set);

#endif
