// SPDX-License-Identifier: BSD-2-Clause
#include <limits.h>
#include <string.h>

#include "fast_arena.h"
#include "fast_tap_maps.h"
#include "fastpath.h"
#include "map_file.h"
#include "map_lookup.h"
#include "map_text.h"
#include "state.h"
#include "tap.h"

static void map_forget(struct fast_tap_map *map)
{
	map_close(map->map);
	memset(map, 0, sizeof(*map));
}

void fast_tap_maps_close(struct fast_tap_maps *maps)
{
	int i;

	for (i = 0; i < FAST_TAP_MAPS; i++)
		map_forget(&maps->map[i]);
}

/* The latest map of that place and checksum. */
static struct fast_tap_map *map_known(struct fast_tap_maps *maps,
				      const struct tap_record *told)
{
	struct fast_tap_map *found = NULL, *map;
	int i;

	for (i = 0; i < FAST_TAP_MAPS; i++) {
		map = &maps->map[i];
		if (map->number && map->place == told->place &&
		    map->crc == told->crc &&
		    (!found || map->number > found->number))
			found = map;
	}
	return found;
}

static struct fast_tap_map *map_open_anew(struct fast_tap_maps *maps,
					  const struct fast_area *area,
					  const struct tap_record *told,
					  const char *state)
{
	struct fast_tap_map *map = &maps->map[maps->next++ % FAST_TAP_MAPS];
	char path[PATH_MAX], name[MAP_NAME];

	map_forget(map);
	map->number = area->number;
	map->place = told->place;
	map->crc = told->crc;
	map->release = area->loaded.release;
	memcpy(name, area->loaded.name, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	if (!*name || strchr(name, '/'))
		return map;
	state_map_path(path, state, name);
	if (map_open(&map->map, path))
		map->map = NULL;
	return map;
}

/* What stands at the place now, unless that is another map than the record's:
 * then it is one of those that were there before. */
static struct fast_tap_map *map_of(struct fast_tap_maps *maps,
				   const struct fast_arena *arena,
				   const char *state,
				   const struct tap_record *told)
{
	const struct fast_area *now = fast_arena_at(arena, told->place);
	struct fast_tap_map *known = map_known(maps, told);

	if (!now || now->loaded.crc != told->crc ||
	    (known && known->number == now->number))
		return known;
	return map_open_anew(maps, now, told, state);
}

uint64_t fast_tap_maps_source(struct fast_tap_maps *maps,
			      const struct fast_arena *arena, const char *state,
			      const struct tap_record *told,
			      struct map_key *key, char *source, size_t *len)
{
	struct fast_tap_map *map = map_of(maps, arena, state, told);
	uint32_t addr;

	*len = 0;
	if (!map)
		return 0;
	addr = map->map ? map_lookup(map->map, key) : 0;
	if (addr)
		*len = map_found_source(source, map->map, key, addr);
	return map->release;
}
