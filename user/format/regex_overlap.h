/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_OVERLAP_H
#define REGEX_OVERLAP_H

struct format_regex;

/*
 * regex_overlap - let rules be asked in the order of an expression's ways
 *
 * A way that others take all requests of is left out, where they give the same.
 * Where a later way's rule wins over an earlier one's, both say in order which
 * groups are not the same.
 */
void regex_overlap(struct format_regex *regex);

#endif
