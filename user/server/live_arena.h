/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_ARENA_H
#define LIVE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "fast_reader.h"

struct live_file;
struct map;

/*
 * Private to live_map.c: the arena that the live map is read from where there is
 * one (fast_reader.h), as instances come and go. Functions that return an int
 * return 0 or -errno, for which the file stands in: none is told.
 */
struct live_arena {
	struct fast_reader *reader;  /* or NULL */
	struct fast_reader_fds next; /* that was offered behind it */
};

#define LIVE_ARENA_NONE ((struct live_arena){NULL, {-1, -1}})

/* Another one is there to be read: *fds are its own from now on. */
void live_arena_offer(struct live_arena *arena, struct fast_reader_fds *fds);

/* Close what is read no more, and open what was offered, if need be. */
void live_arena_settle(struct live_arena *arena);

/* Whether there is nothing more to be had from the one that is open. */
bool live_arena_leaves(const struct live_arena *arena);

/* As fast_reader_take(), fast_reader_has(). */
int live_arena_take(struct live_arena *arena, const char *state,
		    const struct live_file *live, struct map *near,
		    struct map **map);
bool live_arena_has(const struct live_arena *arena, const struct map *map);

/* No map of it is open any more. */
void live_arena_close(struct live_arena *arena);

#endif
