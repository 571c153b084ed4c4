/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_LISTED_H
#define MAP_LISTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;
struct map_key;
struct map_level_hosts;

/*
 * Rules that are found by more than their source: patterns, and sets of pairs.
 * A host has a list of its patterns; a path has one list for each pair by which
 * some of its sets are known. A list is in the order in which its rules win.
 * In an overlay and its base there are two lists; what stands in the overlay, or
 * is gone, does not count in the base.
 */

/* What a record says of its source (struct map_more, map.h). */
struct map_listed {
	const struct map *map; /* where it stands */
	uint32_t addr;
	uint32_t flags;
	const uint8_t *match; /* the compiled pattern or set of pairs */
	uint16_t match_len;
	uint16_t written_len;
	const char *written; /* path and query as they are written */
};

/* Read what the record at an address of this map says. 0, or -EBADMSG where it
 * says nothing of the kind or its texts are not there. */
int map_listed_take(struct map_listed *listed, const struct map *map,
		    uint32_t addr);

/* The level of a host, for a request. */
struct map_listed_level {
	const struct map *map; /* as it was asked */
	const struct map_level_hosts *hosts;
	struct map_key *key;
	uint64_t hash; /* of the host */
	uint32_t id, flags;
};

typedef int map_listed_fn(void *arg, const struct map_listed *listed);

/*
 * map_pairs_each, map_patterns_each - call fn for what matches a request
 *
 * In each list by falling precedence, but one list after the other. A 1 that fn
 * returns ends a list, anything else but 0 ends all. Returns that, or 0. What
 * does not hold what it should is passed over: the map is damaged.
 */
int map_pairs_each(const struct map_listed_level *level, map_listed_fn *fn,
		   void *arg);
int map_patterns_each(const struct map_listed_level *level, map_listed_fn *fn,
		      void *arg);

/* Which of two sets of pairs of a path, or two patterns of a host that both end
 * with '*' or both do not, wins: less than 0 for a, more for b. */
int map_listed_order(const struct map_listed *a, const struct map_listed *b);

/* How many bytes of a path a pattern has before its first capture. */
size_t map_listed_lead(const struct map_listed *listed);

/*
 * map_listed_find - the record of a number in a list
 * @kind: MAP_KIND_PAIRS or MAP_KIND_PATTERN, with what belongs to it
 * @hash: of the host
 * @id:   the host's number
 *
 * The key can be read in whole words. Returns its address, or 0.
 */
uint32_t map_listed_find(const struct map *map, int kind, uint64_t hash,
			 uint32_t id, const uint8_t *key, uint32_t len,
			 uint16_t number);

/* What such a key is hashed with in place of its host's hash. */
static inline uint64_t map_listed_hash(uint64_t hash, uint16_t number)
{
	return hash + number * 0x9e3779b97f4a7c15ULL;
}

#endif
