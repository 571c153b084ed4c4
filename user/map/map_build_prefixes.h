/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_PREFIXES_H
#define MAP_BUILD_PREFIXES_H

#include <stddef.h>
#include <stdint.h>

#include "limit.h"

/*
 * The prefixes of one host while it is compiled, "/" aside, and the markers
 * that the search over their lengths needs (map.h). Starts zeroed.
 */
struct map_prefix {
	size_t text; /* where its bytes begin in the arena */
	uint16_t len;
};

struct map_prefixes {
	struct map_prefix *prefix;
	size_t count, room;
	char *arena;
	size_t used, arena_room;
	uint16_t *lengths; /* ascending; filled by map_prefixes_sort() */
	size_t length_count;
	uint8_t seen[LIMIT_PATH + 1]; /* which lengths occur */
};

/* 0 or -ENOMEM with error_set(). */
int map_prefixes_add(struct map_prefixes *prefixes, const char *text,
		     uint16_t len);

/* Sort the prefixes, list their lengths. 0 or -ENOMEM with error_set(). */
int map_prefixes_sort(struct map_prefixes *prefixes);

/* A marker: the first len bytes of text; best is the length of the longest
 * prefix that is a prefix of it, or 0. */
typedef int map_marker_fn(void *arg, const char *text, uint16_t len,
			  uint16_t best);

/* Call fn for every marker, each once, after map_prefixes_sort(). Returns 0, or
 * what fn returned if that was not 0, or -ENOMEM with error_set(). */
int map_prefixes_markers(struct map_prefixes *prefixes, map_marker_fn *fn,
			 void *arg);

/* Forget the prefixes, keep the memory for the next host. */
void map_prefixes_clear(struct map_prefixes *prefixes);

/* Accepts one that is all zero. */
void map_prefixes_free(struct map_prefixes *prefixes);

#endif
