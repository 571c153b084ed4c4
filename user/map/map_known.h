/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_KNOWN_H
#define MAP_KNOWN_H

#include <stdbool.h>

struct map;
struct map_key;

/* map_host_known - map_known() (lookup_known.h) in an open map; key->search is
 * the lookup's, and what it has is lost. */
bool map_host_known(const struct map *map, struct map_key *key);

#endif
