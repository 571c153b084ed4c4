// SPDX-License-Identifier: BSD-2-Clause
#include "map_view.h"
#include "prefetch.h"

/* Overlays are small. */
static const struct map *prefetch_map(const struct map *map)
{
	return map && map->lower ? map->lower : map;
}

bool prefetch_pays(const struct map *map)
{
	map = prefetch_map(map);
	return map && map_large(map);
}

/* Where a table's pilots are in a core's cache, which they are up to some
 * millions of rules, no step waits for memory but the first key's. */
void prefetch_lookups(const struct map *map, const struct map_key *const *key,
		      unsigned int count)
{
	const struct map_header *header;
	unsigned int i;

	map = prefetch_map(map);
	header = map_header(map);
	for (i = 0; i < count; i++) {
		uint64_t host = map_hash(header, MAP_KIND_HOST, 0, key[i]->host,
					 key[i]->host_len);

		map_ahead(map, MAP_KIND_HOST, host);
		map_ahead(map, MAP_KIND_EXACT,
			  map_hash(header, MAP_KIND_EXACT, host, key[i]->path,
				   key[i]->path_len));
		/* GCC 12 takes a function that only prefetches for one without
		 * effect, and drops the calls of it. */
		asm volatile("");
	}
}
