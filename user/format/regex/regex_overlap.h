/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_OVERLAP_H
#define REGEX_OVERLAP_H

#include <stdbool.h>

struct format_regex;

/*
 * regex_overlap - let rules be asked in the order of an expression's ways
 *
 * A way that others take all requests of is left out, where they give the same.
 * Where a later way's rule wins over an earlier one's, both say in order which
 * groups are not the same.
 */
void regex_overlap(struct format_regex *regex);

/* Whether two paths of sources may take the same request: true where that is
 * not sure. */
bool regex_meet(const char *a, const char *b, bool fold);

/* Whether the rule of the first is asked before that of the second. */
bool regex_first(const char *a, const char *b);

#endif
