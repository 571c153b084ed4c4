/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_CACHE_H
#define LIVE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

struct map;

/*
 * Private to live_map.c: the map files in the kernel's page cache. A server that
 * reads the arena needs none of them, and has the cache dropped; one that reads
 * a file has a lock (flock) on it, so that nobody else does that, and has it read
 * ahead: it may have been dropped.
 */
struct live_cache {
	int file[2]; /* the locks: of the map, of its base; or -1 */
	bool locked[2];
	int64_t due; /* when it is to be dropped, in ms; 0: never */
};

#define LIVE_CACHE_NONE ((struct live_cache){{-1, -1}, {false, false}, 0})

/* Another map answers, from its file or not. @path: of its file. map may be
 * NULL. */
void live_cache_turn(struct live_cache *cache, const struct map *map,
		     const char *path, bool from_file);

/* Once a second: lock what could not be locked, or drop what is due: a second
 * later, by which all servers have what they read, and every ten, since commands
 * read it, too. The same map and path. */
void live_cache_look(struct live_cache *cache, const struct map *map,
		     const char *path);

/* Give up the locks, and drop nothing any more. */
void live_cache_close(struct live_cache *cache);

#endif
