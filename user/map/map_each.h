/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_EACH_H
#define MAP_EACH_H

#include <stdint.h>

struct map;
struct rule;

typedef int map_rule_fn(const struct rule *rule, void *arg);

/*
 * map_each - call fn for every rule that stands in a map's own file
 * @over:  the sound overlay over it, but for whose rules; may be NULL
 * @count: receives how many there were
 *
 * In no order; the rules have no tags. Slots, texts and answers are sound
 * (map_sound()); buckets need not be. Returns 0, what fn returned if not 0, or -errno with
 * error_set().
 */
int map_each(const struct map *map, const struct map *over, map_rule_fn *fn,
	     void *arg, uint64_t *count);

/*
 * map_each_source - call fn for all sources that stand in an overlay
 *
 * Those of the rules that were removed are among them, and perhaps some that
 * never were. Of each rule only the source counts. -EBADMSG, without a text, when
 * one cannot be read. Otherwise as map_each().
 */
int map_each_source(const struct map *map, map_rule_fn *fn, void *arg);

#endif
