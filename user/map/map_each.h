/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_EACH_H
#define MAP_EACH_H

#include <stdint.h>

struct map;
struct rule;

/*
 * map_each - call fn for every rule that stands in a map's own file
 * @over:  but for those of hosts that stand in this one; may be NULL
 * @count: receives how many there were
 *
 * In no order; the rules have no tags. Records and answers are sound
 * (map_sound()); where the tables are not, only what the hashes of its keys
 * confirm is given. Returns 0, what fn returned if not 0, or -errno with
 * error_set().
 */
int map_each(const struct map *map, const struct map *over,
	     int (*fn)(const struct rule *rule, void *arg), void *arg,
	     uint64_t *count);

#endif
