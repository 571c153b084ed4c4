/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_LOOKUP_H
#define MAP_LOOKUP_H

#include <stdint.h>

struct map;
struct map_key;

/* map_lookup - map_lookup_rule() (lookup_rule.h) in an open map, for rules of all
 * kinds: the address of the one that wins, or 0 for a miss. */
uint32_t map_lookup(const struct map *map, struct map_key *key);

/* Of a source with a rule for each scheme the one for https, if the request came
 * by TLS; the address is of the map that map_found() says. */
uint32_t map_lookup_half(const struct map *map, const struct map_key *key,
			 uint32_t addr);

#endif
