/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_FILE_H
#define MAP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map.h"

struct map;

/*
 * map_open - map a redirect map into memory, read-only
 *
 * With an overlay its lower map is opened, from the same folder, and belongs to
 * it. Checks the header (its own checksum, version, byte order, section bounds
 * against the file's size), so that a truncated file is noticed; the sections'
 * bytes are map_verify()'s to check. Whatever they hold, no lookup leaves the
 * mapping. Returns 0, or -errno with error_set(): -EBADMSG for a damaged file
 * or another lower map than the overlay was made for, -EPROTONOSUPPORT for
 * another version or byte order.
 */
int map_open(struct map **map, const char *path);

/*
 * map_open_near - the same, where another map is open already
 * @near: may be NULL. If it is the lower map of the new one, or they have it in
 *        common, that is shared.
 *
 * Maps that share a lower map are opened and closed by one thread.
 */
int map_open_near(struct map **map, const char *path, struct map *near);

/* The same without the lower map of an overlay, for looking only at what stands
 * in the file; and whether a map is the lower map of such a one. */
int map_open_alone(struct map **map, const char *path);
bool map_is_lower_of(const struct map *map, const struct map *overlay);

/* The same map once more, for an overlay over it. */
struct map *map_share(struct map *map);

/* The lower map of an overlay, or NULL; and the name of its file. */
const struct map *map_lower(const struct map *map);
const char *map_lower_name(const struct map *map);

/*
 * map_peek - which lower map a map file names
 * @lower: receives its file name, "" for a map that is no overlay
 *
 * As map_open(), but only the header is looked at.
 */
int map_peek(const char *path, char lower[MAP_NAME]);

/* Checks every byte against the checksums, of the lower map, too; or of the
 * file alone. 0 or -EBADMSG with error_set(). */
int map_verify(const struct map *map);
int map_verify_own(const struct map *map);

/* Whether one section (enum map_section_id) of the file is as it was
 * written. */
bool map_sound(const struct map *map, int section);

void map_close(struct map *map); /* accepts NULL */

/* Whether sources, those of the lower map too, are in today's normal form. */
bool map_form_current(const struct map *map);

/* For people and scripts. */
uint64_t map_rules(const struct map *map);     /* of the release */
uint64_t map_rules_own(const struct map *map); /* ... in the file */
uint64_t map_size(const struct map *map);      /* bytes of the file */
uint32_t map_checksum(const struct map *map);  /* CRC-32 over its sections */

#endif
