// SPDX-License-Identifier: BSD-2-Clause
#include "map_view.h"

_Alignas(MAP_SLACK) const uint8_t map_zeros[MAP_READ + MAP_SLACK];

uint32_t map_view_find(const struct map *map, uint64_t hash, int kind,
		       uint32_t id, const uint8_t *key, uint32_t len)
{
	return map_find(map, hash, kind, id, key, len);
}

uint32_t map_view_longest(const struct map *map, const struct map *over,
			  uint32_t host, uint64_t hash, struct map_key *key)
{
	return map_longest_left(map, over, host, hash, key);
}
