/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_LEVEL_H
#define MAP_LEVEL_H

#include <stdbool.h>
#include <stdint.h>

struct map;
struct map_key;

/* A rule that matches: the map that it stands in, which is the one that was
 * asked or its lower map, and the addresses of its host and its own. */
typedef int map_match_fn(void *arg, const struct map *map, uint32_t host,
			 uint32_t addr);

/*
 * map_level_each - call fn for all rules of one host level that match a request
 * @kind: MAP_KIND_HOST, or MAP_KIND_WILD with the name behind "*.", or
 *        MAP_KIND_FIRST with none
 *
 * The winner of the level comes first, then the others by falling precedence.
 * Returns 0, what fn returned if that was not 0, or -ENOMEM with error_set().
 */
int map_level_each(const struct map *map, int kind, const uint8_t *name,
		   uint32_t len, struct map_key *key, map_match_fn *fn,
		   void *arg);

/* The same for all levels of the request's host, the nearest first: the first
 * rule is the one that wins. */
int map_levels_each(const struct map *map, struct map_key *key,
		    map_match_fn *fn, void *arg);

/* Whether any level of the request's host has rules, whatever their paths. */
bool map_levels_any(const struct map *map, const struct map_key *key);

/* What a level may cost: how many lengths of prefixes are searched, and whether
 * there are rules with an exact path, with a query. */
struct map_level_cost {
	uint32_t lengths;
	bool exact, query;
};

/* Whether a level has rules, and what it may cost. */
bool map_level_cost(const struct map *map, int kind, const uint8_t *name,
		    uint32_t len, struct map_level_cost *cost);

#endif
