/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_INDEX_H
#define MAP_BUILD_INDEX_H

struct map_list;

/*
 * map_build_index - choose by which of its pairs each set of a path is known
 *
 * That which the fewest sets have; of those, the one by which the fewest are
 * known so far. 0, or -ENOMEM with error_set().
 */
int map_build_index(struct map_list *list);

#endif
