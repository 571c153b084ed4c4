// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "fast_arena.h"
#include "fast_instance.h"
#include "fast_map.h"
#include "fast_release.h"
#include "fastpath.h"
#include "live_file.h"
#include "map_file.h"
#include "map_view.h"
#include "release.h"
#include "state.h"

int fast_release_loaded(const struct fast_instance *instance,
			struct fast_loaded *loaded, uint64_t *memory)
{
	const struct fast_area *area;
	struct fast_arena *arena;
	int err = fast_instance_arena(instance, &arena);

	if (err)
		return err;
	area = fast_arena_live(arena);
	if (!area)
		return -ENOENT;
	*loaded = area->loaded;
	loaded->name[sizeof(loaded->name) - 1] = '\0';
	if (memory)
		*memory = fast_arena_used(arena);
	return 0;
}

/* Whether an area has the lower map of an overlay. */
static bool is_lower(const struct fast_arena *arena,
		     const struct fast_area *area, const struct map *overlay)
{
	const struct map_header *header;

	if (!area || area->loaded.crc != map_header(overlay)->base_crc)
		return false;
	header = fast_arena_header(arena, area);
	return !map_is_overlay(header) &&
	       !memcmp(&header->hash_key, &map_header(overlay)->hash_key,
		       sizeof(header->hash_key));
}

/* The lower map: below the overlay that answers now, or what answers now, or it
 * is loaded. */
static int lower_find(struct fast_release *release, struct fast_arena *arena,
		      const char *state, const struct live_file *live,
		      const struct map *map)
{
	struct live_file lower = {.release = live->release};
	int err;

	_Static_assert(sizeof(lower.map) == MAP_NAME, "names");
	release->lower = fast_arena_base(arena);
	if (is_lower(arena, release->lower, map))
		return 0;
	release->lower = fast_arena_live(arena);
	if (is_lower(arena, release->lower, map))
		return 0;
	memcpy(lower.map, map_lower_name(map), sizeof(lower.map));
	err = fast_map_load(arena, state, &lower, &release->lower_loaded);
	release->lower = release->lower_loaded;
	return err;
}

static int map_load(struct fast_release *release,
		    const struct fast_instance *instance, const char *state,
		    const struct live_file *live, const struct map *map)
{
	struct fast_arena *arena = NULL;
	int err = fast_instance_arena(instance, &arena);

	*release = (struct fast_release){.arena = arena};
	if (!err)
		err = fast_arena_tidy(arena);
	if (!err && map && map_lower(map))
		err = lower_find(release, arena, state, live, map);
	if (err)
		return err;
	return fast_map_load_open(arena, state, live, map, &release->map);
}

int fast_release_load(struct fast_release *release,
		      const struct fast_instance *instance, const char *state,
		      const struct live_file *live)
{
	struct map *map = NULL;
	char path[PATH_MAX];
	int err = 0;

	*release = (struct fast_release){0};
	state_map_path(path, state, live->map);
	if (*live->map)
		err = map_open(&map, path);
	if (!err)
		err = map_load(release, instance, state, live, map);
	map_close(map);
	return err;
}

void fast_release_switch(const struct fast_release *release)
{
	fast_arena_switch(release->arena, release->map, release->lower);
}

void fast_release_close(struct fast_release *release)
{
	if (release->map || release->lower_loaded)
		fast_arena_tidy(release->arena);
	*release = (struct fast_release){.arena = NULL};
}

/* Whether the very map file that is live answers. */
static bool live_is_loaded(const struct fast_instance *instance,
			   const char *state, const struct live_file *live)
{
	struct fast_loaded want, have;

	if (fast_map_describe(state, live, &want) ||
	    fast_release_loaded(instance, &have, NULL))
		return false;
	return want.release == have.release && want.inode == have.inode &&
	       want.written == have.written &&
	       !memcmp(want.name, have.name, sizeof(want.name));
}

/* What a killed command left beside it. */
static int arena_tidy(const struct fast_instance *instance)
{
	struct fast_arena *arena = NULL;
	int err = fast_instance_arena(instance, &arena);

	return err ? err : fast_arena_tidy(arena);
}

int fast_release_sync(const struct fast_instance *instance, const char *state,
		      FILE *out)
{
	struct live_file live;
	struct fast_release release;
	struct map *map = NULL;
	int err;

	err = live_file_read(state, &live);
	if (err)
		return err;
	if (live_is_loaded(instance, state, &live))
		return arena_tidy(instance);
	err = release_map_mend(state, &live, &map, out);
	if (err)
		return err;
	err = map_load(&release, instance, state, &live, map);
	map_close(map);
	if (!err)
		fast_release_switch(&release);
	fast_release_close(&release);
	return err;
}
