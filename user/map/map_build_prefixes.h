/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_PREFIXES_H
#define MAP_BUILD_PREFIXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"

/*
 * The prefixes of one host while it is compiled, "/" aside, and the markers
 * that the search over their lengths needs (map.h). Starts zeroed.
 */
struct map_prefix {
	size_t text;	 /* where its bytes begin in the arena */
	uint64_t record; /* the caller's; 0: no rule, a pattern begins so */
	uint16_t len;
	bool fold; /* of rules with case=ignore: they are apart */
	bool ask;  /* a pattern begins so */
};

struct map_prefixes {
	struct map_prefix *prefix;
	size_t count, room;
	char *arena;
	size_t used, arena_room;
	uint16_t *lengths; /* that occur; ascending after map_prefixes_sort() */
	size_t length_count;
	size_t nested; /* the most that are prefixes of one another; set by
			* map_prefixes_each() */
	uint8_t seen[LIMIT_PATH + 1]; /* which lengths occur */
};

/* 0 or -ENOMEM with error_set(). */
int map_prefixes_add(struct map_prefixes *prefixes, const char *text,
		     uint16_t len, uint64_t record, bool fold);

/* Sort the prefixes, and their lengths. */
void map_prefixes_sort(struct map_prefixes *prefixes);

/* A prefix, or with record 0 a marker: the first len bytes of text. */
struct map_prefix_found {
	const char *text;
	uint64_t record;
	uint16_t len;
	uint16_t shorter; /* the length of the longest other prefix that is one
			   * of it and a rule, or 0 */
	bool fold;
	bool ask; /* a pattern begins with it, or with a prefix of it */
};
typedef int map_prefix_fn(void *arg, const struct map_prefix_found *found);

/* Call fn for every prefix and every marker, each once, after
 * map_prefixes_sort(). Returns 0, or what fn returned if that was not 0, or
 * -ENOMEM with error_set(). */
int map_prefixes_each(struct map_prefixes *prefixes, map_prefix_fn *fn,
		      void *arg);

/* Forget the prefixes, keep the memory for the next host. */
void map_prefixes_clear(struct map_prefixes *prefixes);

/* Accepts one that is all zero. */
void map_prefixes_free(struct map_prefixes *prefixes);

#endif
