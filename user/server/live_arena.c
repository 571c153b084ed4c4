// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "live_arena.h"

void live_arena_offer(struct live_arena *arena, struct fast_reader_fds *fds)
{
	fast_reader_fds_close(&arena->next);
	arena->next = *fds;
	*fds = (struct fast_reader_fds){-1, -1};
}

bool live_arena_leaves(const struct live_arena *arena)
{
	return arena->reader &&
	       (arena->next.arena >= 0 || fast_reader_gone(arena->reader));
}

/* All are mapped at one place. */
void live_arena_settle(struct live_arena *arena)
{
	if (live_arena_leaves(arena) && !fast_reader_busy(arena->reader)) {
		fast_reader_close(arena->reader);
		arena->reader = NULL;
	}
	if (!arena->reader && arena->next.arena >= 0 &&
	    fast_reader_open(&arena->reader, &arena->next))
		arena->reader = NULL;
}

int live_arena_take(struct live_arena *arena, const char *state,
		    const struct live_file *live, struct map *near,
		    struct map **map)
{
	if (!arena->reader || live_arena_leaves(arena))
		return -ENOENT;
	return fast_reader_take(arena->reader, state, live, near, map);
}

bool live_arena_has(const struct live_arena *arena, const struct map *map)
{
	return arena->reader && !live_arena_leaves(arena) &&
	       fast_reader_has(arena->reader, map);
}

void live_arena_close(struct live_arena *arena)
{
	fast_reader_close(arena->reader);
	fast_reader_fds_close(&arena->next);
	*arena = LIVE_ARENA_NONE;
}
