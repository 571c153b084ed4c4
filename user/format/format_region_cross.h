/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REGION_CROSS_H
#define FORMAT_REGION_CROSS_H

#include "format_region.h"

/* What receives a region; its path is valid during the call. */
typedef void format_region_fn(void *arg, const struct format_region *region);

/*
 * format_region_cross - what a pattern and a prefix have in common, where
 * neither is within the other
 * @fn: gets each region of the pattern's host and schemes; NULL: none is asked
 *      for
 *
 * Returns whether there is any.
 */
bool format_region_cross(const struct format_region *pattern,
			 const struct format_region *prefix,
			 format_region_fn *fn, void *arg);

#endif
