// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "error.h"
#include "fast_area_hits.h"
#include "fast_arena.h"
#include "fastpath.h"
#include "hits.h"
#include "map_file.h"
#include "map_lent.h"
#include "map_view.h"

static fast_hits_save_fn *saver;

static void map_back(const struct map_lender *lender, const uint8_t *memory)
{
	(void)lender;
	(void)memory;
}

static const struct map_lender lender = {.back = map_back};

static bool is_lower(const struct fast_arena *arena,
		     const struct fast_area *area,
		     const struct map_header *overlay)
{
	const struct map_header *header;

	if (!area || area->loaded.crc != overlay->base_crc)
		return false;
	header = fast_arena_header(arena, area);
	return !map_is_overlay(header) &&
	       !memcmp(&header->hash_key, &overlay->hash_key,
		       sizeof(header->hash_key));
}

/* The area of the map that an overlay is over, whichever release it was loaded
 * for: what is live stays while it is read. */
static const struct fast_area *lower_area(const struct fast_arena *arena,
					  const struct map_header *overlay)
{
	const struct fast_area *area = fast_arena_base(arena);
	int i;

	for (i = 0; i < FAST_AREAS && !is_lower(arena, area, overlay); i++)
		area = fast_arena_area(arena, i);
	return is_lower(arena, area, overlay) ? area : NULL;
}

/* An area's map, of an overlay with its base. */
static int area_open(struct map **map, const struct fast_arena *arena,
		     const struct fast_area *area)
{
	const struct map_header *header = fast_arena_header(arena, area);
	const struct fast_area *base = NULL;
	struct map *lower = NULL;
	int err = 0;

	if (map_is_overlay(header)) {
		base = lower_area(arena, header);
		err = base ? map_lent(&lower, fast_arena_memory(arena, base),
				      base->size, NULL, &lender)
			   : -ENOENT;
	}
	return err ? err
		   : map_lent(map, fast_arena_memory(arena, area), area->size,
			      lower, &lender);
}

int fast_area_hits_tell(const struct fast_arena *arena,
			const struct fast_area *area, fast_hits_fn *each,
			void *arg)
{
	struct fast_hits hits = {
		.arena = fast_arena_id(arena),
		.area = area->number,
		.loaded = &area->loaded,
		.live = area == fast_arena_live(arena) ||
			area == fast_arena_base(arena),
	};
	struct map *map = NULL;
	int err;

	if (area_open(&map, arena, area))
		return 0;
	hits.map = map;
	hits.entries = hits_entries(map_header(map));
	err = each(&hits, arg);
	map_close(map);
	return err;
}

void fast_area_hits_saver(fast_hits_save_fn *save)
{
	saver = save;
}

static int area_save(const struct fast_hits *hits, void *arg)
{
	saver(arg, hits);
	return 0;
}

void fast_area_hits_leave(const struct fast_arena *arena,
			  const struct fast_area *area, void *state)
{
	char reason[ERROR_TEXT];

	if (!saver)
		return;
	error_save(reason);
	fast_area_hits_tell(arena, area, area_save, state);
	error_restore(reason);
}
