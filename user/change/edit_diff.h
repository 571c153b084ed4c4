/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EDIT_DIFF_H
#define EDIT_DIFF_H

struct edit;
struct release_source;

/* What makes one set of rules of another, as an edit, sorted. Both are in the
 * order of rules (rule_order.h). Returns 0 or -errno with error_set(). */
int edit_diff(struct edit *edit, const struct release_source *from,
	      const struct release_source *to);

#endif
