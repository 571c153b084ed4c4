/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_MAP_H
#define FAST_MAP_H

#include <stdint.h>

#include "live_file.h"

struct fast_area;
struct fast_arena;
struct fast_loaded;
struct map;

/*
 * fast_map_load - copy a map file into an area of the arena, where nothing uses
 * it yet
 * @live: the release, and its map below maps/ ("" without rules: a header with
 *        which no lookup finds anything); a file that ends in ".tmp" is known
 *        by the name that it will have
 *
 * Every byte is checked against the file's checksums while it is copied.
 * Returns 0 or -errno with error_set(), and then takes nothing: as of
 * fast_arena_take(), and -EBADMSG for a damaged file.
 */
int fast_map_load(struct fast_arena *arena, const char *state,
		  const struct live_file *live, struct fast_area **area);

/*
 * fast_map_load_open - the same of a map that is open
 * @map: NULL without rules. It need not be of the file: where that is of another
 *       layout, it is compiled of the same rules.
 */
int fast_map_load_open(struct fast_arena *arena, const char *state,
		       const struct live_file *live, const struct map *map,
		       struct fast_area **area);

/* What a load of a release notes of it: number, name, and which file of that
 * name it is; crc is 0. -ENOENT when the file is missing. Needs no privilege. 0
 * or -errno with error_set(). */
int fast_map_describe(const char *state, const struct live_file *live,
		      struct fast_loaded *loaded);

#endif
