/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_EACH_H
#define MAP_EACH_H

#include <stdint.h>

struct map;
struct rule;

/*
 * map_each - call fn for every rule that stands in a map's own file
 * @over:  the sound overlay over it, but for whose rules; may be NULL
 * @count: receives how many there were
 *
 * In no order; the rules have no tags. Slots, texts and answers are sound
 * (map_sound()); buckets need not be. Returns 0, what fn returned if not 0, or -errno with
 * error_set().
 */
int map_each(const struct map *map, const struct map *over,
	     int (*fn)(const struct rule *rule, void *arg), void *arg,
	     uint64_t *count);

#endif
