/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_SHAPE_H
#define REGEX_SHAPE_H

#include <stdbool.h>

struct regex_tree;
struct regex_ways;

/*
 * regex_shape - bring ways to the shape that sources of paths have
 * @flags: enum format_regex_flag
 *
 * Anchors are taken out: a way begins at the path's begin, and ends at its end
 * or is open. What never matches, or never comes to its turn, is dropped. A
 * REGEX_ANY stands at the end alone, and no two captures side by side. Returns
 * 0, -ENOTSUP with ways->reason, or -ENOMEM with error_set().
 */
int regex_shape(struct regex_ways *ways, const struct regex_tree *tree,
		unsigned int flags);

#endif
