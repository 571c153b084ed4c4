/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_HAND_H
#define MAP_HAND_H

/*
 * The lookup as the fast path does it: what patterns, sets of pairs and rules
 * with case=ignore may win is not found, and key->search.hand says so.
 */
#include <stdint.h>

#include "map_view.h"

#include "lookup_hand.h"

static inline uint32_t map_hand_more(const struct map *map, struct map_key *key)
{
	uint32_t addr = map_hand_exact(map, key);

	return addr || key->search.hand ? addr : map_hand_prefix(map, key);
}

#define MAP_MORE(map, key) map_hand_more(map, key)
#include "lookup_rule.h"

#endif
