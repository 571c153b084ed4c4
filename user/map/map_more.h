/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_MORE_H
#define MAP_MORE_H

#include <stdint.h>

struct map;
struct map_key;
struct map_level_hosts;
struct map_listed_level;

/* What a level is for map_listed.h. The host's records are hosts', of which
 * there is one. */
void map_more_level(struct map_listed_level *level, const struct map *map,
		    const struct map_level_hosts *hosts, uint64_t hash,
		    struct map_key *key);

/*
 * map_more - the rule that wins on a level with rules of all kinds
 *
 * As map_level() (lookup.h); key->search has the level.
 */
uint32_t map_more(const struct map *map, struct map_key *key);

/*
 * map_half - the half for https of a source that has a rule for each scheme
 * @map:  where the rule stands
 * @hash: of the host
 * @addr: of the rule, whose flags say so
 *
 * Returns its address, or that of the rule where it is missing: the map is
 * damaged, and the rule is as pass.
 */
uint32_t map_half(const struct map *map, uint64_t hash, uint32_t addr);

#endif
