/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_WINDOW_H
#define HITS_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits_chunk.h"
#include "hits_run.h"

/*
 * The memory that a server counts hits in: a memfd of fixed size, of which
 * pages are there that were counted in. It is mapped once, before the server
 * gives up its rights: others read its descriptor. Its first page says which
 * part counts which map; bytes that others read of it may be wrong in any way.
 */
enum {
	HITS_WINDOW_MAGIC = 0x31687464, /* "dth1" */
	HITS_REGIONS = 16, /* live, those before that are read still, bases */
};

/* A region: HITS_CLASSES times its entries. */
struct hits_region {
	uint64_t number; /* of the server's, from 1; 0: none */
	uint64_t map;	 /* hits_map_key() */
	uint64_t at;	 /* in bytes, a multiple of a page */
	uint64_t entries;
	char name[MAP_NAME]; /* of the map's file */
	uint64_t pad;
};

struct hits_window_page {
	uint32_t magic;
	uint32_t regions;
	uint64_t owner;	    /* drawn at random */
	uint64_t uncounted; /* of the maps that answer, those without room */
	uint64_t pad;
	struct hits_region region[HITS_REGIONS];
};

_Static_assert(sizeof(struct hits_region) == 104, "layout");
_Static_assert(sizeof(struct hits_window_page) <= MAP_PAGE, "it fits");

struct hits_window;

/*
 * hits_window_new - the server's side
 * @limit: bytes that the counts of a map may take
 *
 * Returns 0 or -errno with error_set(). For one thread, but for what is said
 * otherwise.
 */
int hits_window_new(struct hits_window **window, uint64_t limit);
void hits_window_free(struct hits_window *window); /* accepts NULL */

/* A descriptor of it, for reading. Any thread. */
int hits_window_fd(const struct hits_window *window);

/* Its owner number. */
uint64_t hits_window_owner(const struct hits_window *window);

/*
 * hits_window_take - a region for a map, zeros
 * @number: receives its number
 *
 * Returns its memory, or NULL where there is no room.
 */
struct hit *hits_window_take(struct hits_window *window,
			     const struct map_header *header, const char *name,
			     uint64_t *number);

/* The region of a map that has one which is not retired, or NULL. */
struct hit *hits_window_find(const struct hits_window *window, uint64_t map);

/* Say how many of the maps that answer have no region. */
void hits_window_uncounted(struct hits_window *window, unsigned int maps);

/*
 * hits_window_retire - find the regions that nobody counts in any more
 * @used: whether somebody counts there
 *
 * Calls fn with the number of each, once. They stay as they are until
 * hits_window_drop().
 */
void hits_window_retire(struct hits_window *window,
			bool (*used)(const struct hit *hits, void *arg),
			void (*fn)(uint64_t number, void *arg), void *arg);

/* Give a region back, by its number. */
void hits_window_drop(struct hits_window *window, uint64_t number);

/*
 * hits_window_read - another's side: its page, checked
 * @fd: what may be the memory of a server
 *
 * Returns 0 or -EBADMSG with error_set(); regions that are not sound have the
 * number 0.
 */
int hits_window_read(struct hits_window_page *page, int fd);

/* A region as a run; fd is read as long as the run is. */
struct hits_window_run {
	struct hits_run run; /* first */
	int fd;
	int slot;
	uint64_t at;
};
void hits_window_run(struct hits_window_run *run,
		     const struct hits_window_page *page, int slot, int fd,
		     const char *server);

#endif
