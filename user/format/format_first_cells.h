/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_CELLS_H
#define FORMAT_FIRST_CELLS_H

struct format_first;
struct format_first_entry;
struct format_region;

/*
 * What receives the sources
 * @entry: what answers it; without an action nothing does: it is a pass
 *
 * Returns 0 or -errno with error_set(), which ends it.
 */
typedef int format_first_give_fn(void *arg, const struct format_region *region,
				 const struct format_first_entry *entry);

/*
 * format_first_cells - give all sources, of which the most specific answers as
 * the first entry of the list does
 *
 * One source comes at most twice, once for each scheme. Returns 0, what give
 * returned, or -E2BIG without error_set() where there are too many.
 */
int format_first_cells(struct format_first *first, format_first_give_fn *give,
		       void *arg);

#endif
