/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_AGE_H
#define MAP_AGE_H

#include <stdint.h>

struct map;

/* The largest max-age of a permanent answer that a map has, with its lower map;
 * 0: it has none. As many are looked at as there are pairs of code and max-age,
 * however many rules. */
uint32_t map_age(const struct map *map);

#endif
