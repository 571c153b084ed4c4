/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PREFETCH_H
#define PREFETCH_H

#include <stdbool.h>

struct map;
struct map_key;

/*
 * Memory of a large map that several lookups will read, fetched for all of them
 * at once: each lookup by itself would wait for memory several times. Of an
 * overlay and the map under it, that is done for the latter alone.
 *
 * This reads the map and changes nothing.
 */
enum { PREFETCH_MAX = 16 }; /* lookups at once */

/* Whether lookups in a map (NULL: none) wait for memory. */
bool prefetch_pays(const struct map *map);

/* Fetch for lookups of count keys, at most PREFETCH_MAX, in a map for which
 * that pays. */
void prefetch_lookups(const struct map *map, const struct map_key *const *key,
		      unsigned int count);

#endif
