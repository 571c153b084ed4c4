// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "error.h"
#include "fast_arena.h"
#include "fast_map.h"
#include "fastpath.h"
#include "map_file.h"
#include "map_view.h"
#include "state.h"

/* The header of a release without rules. */
static const struct map_header no_rules = {
	.magic = MAP_MAGIC,
	.version = MAP_VERSION,
	.byte_order = MAP_BYTE_ORDER,
	.file_size = MAP_PAGE,
};

enum { COPY_STEP = 1 << 16 };

/* The checksum is of the copy, step by step while it is in the cache. */
static int section_copy(uint8_t *memory, const struct map *map, int i)
{
	const struct map_section *section = &map_header(map)->section[i];
	uint64_t at = section->offset, left = section->size, len;
	uint32_t crc = 0;

	for (; left; at += len, left -= len) {
		len = left < COPY_STEP ? left : COPY_STEP;
		memcpy(memory + at, map->data + at, len);
		crc = crc32_z(crc, memory + at, len);
	}
	return crc == section->crc ? 0 : -EBADMSG;
}

static int map_copy(uint8_t *memory, const struct map *map)
{
	const struct map_header *header = map ? map_header(map) : &no_rules;
	int i, err = 0;

	for (i = 0; i < MAP_SECTIONS && map && !err; i++)
		err = section_copy(memory, map, i);
	if (!err)
		memcpy(memory, header, sizeof(*header));
	return err;
}

/* Into an area that was taken. */
static int area_fill(struct fast_arena *arena, struct fast_area *area,
		     const struct map *map, struct fast_loaded *loaded)
{
	int err = map_copy(fast_arena_memory(arena, area), map);

	if (err) {
		fast_arena_drop(arena, area);
		return error_set(err, "the map %s is damaged: checksum",
				 (const char *)loaded->name);
	}
	loaded->crc = map ? map_header(map)->crc : no_rules.crc;
	area->loaded = *loaded;
	return 0;
}

static int area_load(struct fast_arena *arena, const struct map *map,
		     struct fast_loaded *loaded, struct fast_area **area)
{
	uint64_t size = map ? map_header(map)->file_size : no_rules.file_size;
	int err = fast_arena_take(arena, size, area);
	char reason[ERROR_TEXT];

	if (!err)
		return area_fill(arena, *area, map, loaded);
	error_save(reason);
	return error_set(err,
			 "cannot load release %" PRIu64
			 " into the fast path: %s",
			 (uint64_t)loaded->release, reason);
}

int fast_map_describe(const char *state, const struct live_file *live,
		      struct fast_loaded *loaded)
{
	size_t len = strlen(live->map), end = sizeof(STATE_TMP) - 1;
	char path[PATH_MAX];
	struct stat st;

	_Static_assert(sizeof(loaded->name) == sizeof(live->map), "names");
	memset(loaded, 0, sizeof(*loaded));
	loaded->release = live->release;
	if (len > end && !strcmp(live->map + len - end, STATE_TMP))
		len -= end;
	memcpy(loaded->name, live->map, len);
	if (!*live->map)
		return 0;
	state_map_path(path, state, live->map);
	if (stat(path, &st))
		return error_sys(-errno, "cannot open %s", path);
	loaded->inode = st.st_ino;
	loaded->written =
		st.st_mtim.tv_sec * 1000000000ULL + st.st_mtim.tv_nsec;
	return 0;
}

int fast_map_load(struct fast_arena *arena, const char *state,
		  const struct live_file *live, struct fast_area **area)
{
	struct map *map = NULL;
	char path[PATH_MAX];
	int err = 0;

	*area = NULL;
	state_map_path(path, state, live->map);
	if (*live->map)
		err = map_open_alone(&map, path);
	if (!err)
		err = fast_map_load_open(arena, state, live, map, area);
	map_close(map);
	return err;
}

int fast_map_load_open(struct fast_arena *arena, const char *state,
		       const struct live_file *live, const struct map *map,
		       struct fast_area **area)
{
	struct fast_loaded loaded;
	int err = fast_map_describe(state, live, &loaded);

	if (!err)
		err = area_load(arena, map, &loaded, area);
	if (err)
		*area = NULL;
	return err;
}
