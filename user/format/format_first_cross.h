/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_CROSS_H
#define FORMAT_FIRST_CROSS_H

struct format_first;

/*
 * format_first_cross - let the list have what its patterns and prefixes have in
 * common
 * @at: receives where an entry is that rules ask before an earlier one for what
 *      cannot be said (format_first_meet.h); 0 if there is none
 *
 * Of two that meet the source that rules would ask first is not always that of
 * the first entry: what is in both becomes a key of its own there. Comes before
 * format_first_cells(). Returns 0, -E2BIG without error_set() where there is
 * too much, or -ENOMEM with error_set().
 */
int format_first_cross(struct format_first *first, unsigned long *at);

#endif
