// SPDX-License-Identifier: BSD-2-Clause
/* Calls cost a lookup in a small map a tenth. */
#define MAP_VIEW_INLINE

#include "map_lookup.h"
#include "map_more.h"
#include "map_view.h"

#define MAP_MORE(map, key) map_more(map, key)
#define MAP_HALF(map, key, addr) map_lookup_half(map, key, addr)
#include "lookup_rule.h"

uint32_t map_lookup_half(const struct map *map, const struct map_key *key,
			 uint32_t addr)
{
	const struct map *found = map_found(map, key);

	if (!key->https || !(map_record(found, addr)->flags & MAP_RULE_BOTH))
		return addr;
	return map_half(found, key->search.hash, addr);
}

uint32_t map_lookup(const struct map *map, struct map_key *key)
{
	return map_lookup_rule(map, key);
}
