/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_LENT_H
#define MAP_LENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;
struct map_lender; /* map_view.h */

/*
 * map_lent - a map in memory that somebody else has, and verified
 * @room:   bytes there; at least MAP_SLACK zeros follow the file
 * @lower:  of an overlay: likewise lent; the map's own from now on, also when
 *          this fails. Else NULL.
 * @lender: told by map_close(), and when this fails
 *
 * Checks the header, as map_open() does, and what of the two belongs together.
 * map_open_near() never shares what is lent.
 */
int map_lent(struct map **map, const uint8_t *memory, size_t room,
	     struct map *lower, const struct map_lender *lender);

/* Whether it is in memory of another. */
bool map_is_lent(const struct map *map);

/* Where it lies if it was lent by that lender, else NULL. */
const uint8_t *map_memory(const struct map *map,
			  const struct map_lender *lender);

#endif
