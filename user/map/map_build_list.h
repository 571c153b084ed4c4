/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_LIST_H
#define MAP_BUILD_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "map.h"

struct map_parts;

/*
 * The patterns of a host, or the sets of pairs of a path, while it is compiled:
 * they are written when all are there, in the order in which they win
 * (map_listed.h). Starts zeroed.
 */

/* A record without its key and number. */
struct map_list_half {
	struct map_rule rule;
	size_t body; /* what follows the key, in bytes */
	size_t len;
};

struct map_list_entry {
	struct map_list_half half[2]; /* the second is the one for https */
	bool both;
	size_t match, written; /* in bytes */
	uint16_t match_len, written_len;
	uint16_t index, index_len; /* of a set: the pair that it is known by */
};

struct map_list {
	struct map_list_entry *entry;
	size_t count, room;
	char *bytes;
	size_t used, bytes_room;
	/* of sets: the path with its '?' */
	char path[LIMIT_PATH];
	size_t path_len;
};

/* Add a rule; rule is its record as far as it is known. 0 or -ENOMEM with
 * error_set(). */
int map_list_add(struct map_list *list, const struct map_rule *rule,
		 const struct map_parts *parts);

/* The rule for https of the source that was added last. */
int map_list_second(struct map_list *list, const struct map_rule *rule,
		    const struct map_parts *parts);

/* Takes a record: its rule has all but what the kind says; second is
 * MAP_KIND_SECOND or 0. */
typedef int map_list_fn(void *arg, const struct map_list_half *half, int second,
			const char *key, size_t key_len, const char *body);

/*
 * map_list_patterns, map_list_pairs - give all records, numbers and keys with
 * them
 *
 * Sets are known by that pair of theirs that the fewest of the path have, of
 * those by the one by which the fewest are known: no request then meets many of
 * them in vain. Returns 0, what fn returned if it was
 * not 0, or -ENOMEM or -EFBIG with error_set(); the list is empty then.
 */
int map_list_patterns(struct map_list *list, map_list_fn *fn, void *arg);
int map_list_pairs(struct map_list *list, map_list_fn *fn, void *arg);

/* Accepts one that is all zero. */
void map_list_free(struct map_list *list);

#endif
