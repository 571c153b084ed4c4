// SPDX-License-Identifier: BSD-2-Clause
#include "map_view.h"
#include "prefetch.h"

/* The hashes of what a request is looked up by first. */
struct prefetch_hash {
	uint64_t host;
	uint64_t path;
};

enum { PREFETCH_LINES = 6 }; /* of a group, with the records behind it */

/* GCC 12 takes a function that only prefetches for one without effect, and
 * drops the calls of it: the empty statement is an effect. */
static inline void prefetch_line(const void *line)
{
	MAP_PREFETCH(line);
	asm volatile("");
}

static void prefetch_slots(const struct map *map, const struct map_key *key,
			   struct prefetch_hash *hash)
{
	const struct map_header *header = map_header(map);

	hash->host =
		map_hash(header, MAP_KIND_HOST, 0, key->host, key->host_len);
	hash->path = map_hash(header, MAP_KIND_EXACT, hash->host, key->path,
			      key->path_len);
	prefetch_line(map_slot(map, MAP_KIND_HOST, hash->host));
	prefetch_line(map_slot(map, MAP_KIND_EXACT, hash->path));
}

static void prefetch_group(const struct map *map, int kind, uint64_t hash)
{
	const struct map_slot *slot = map_slot(map, kind, hash);
	uint32_t bits = map_filter(hash);
	const uint8_t *chunk;
	__u64 at;
	int i;

	if (!slot || (slot->filter & bits) != bits)
		return;
	chunk = map_record(map, slot->addr, &at);
	for (i = 0; chunk && i < PREFETCH_LINES; i++)
		prefetch_line(MAP_AT(chunk, at + i * 64));
}

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

/* One step for all, then the next: no step waits for memory but the first
 * key's. */
void prefetch_lookups(const struct map *map, const struct map_key *const *key,
		      unsigned int count)
{
	struct prefetch_hash hash[PREFETCH_MAX];
	unsigned int i;

	map = prefetch_map(map);
	for (i = 0; i < count; i++)
		prefetch_slots(map, key[i], &hash[i]);
	for (i = 0; i < count; i++) {
		prefetch_group(map, MAP_KIND_HOST, hash[i].host);
		prefetch_group(map, MAP_KIND_EXACT, hash[i].path);
	}
}
