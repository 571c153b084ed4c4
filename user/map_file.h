/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_FILE_H
#define MAP_FILE_H

#include <stddef.h>
#include <stdint.h>

struct map;

/*
 * map_open - map a redirect map into memory, read-only
 *
 * Checks the header (its own checksum, version, byte order, section bounds
 * against the file's size), so that a truncated file is noticed; the sections'
 * bytes are map_verify()'s to check. Whatever they hold, no lookup leaves the
 * mapping.
 * Returns 0, or -errno with error_set(): -EBADMSG for a damaged file,
 * -EPROTONOSUPPORT for another version or byte order.
 */
int map_open(struct map **map, const char *path);

/* Checks every byte against the checksums. 0 or -EBADMSG with error_set(). */
int map_verify(const struct map *map);

void map_close(struct map *map); /* accepts NULL */

/* For people and scripts. */
uint64_t map_rules(const struct map *map);
uint64_t map_size(const struct map *map);     /* bytes of the file */
uint32_t map_checksum(const struct map *map); /* CRC-32 over all sections */

#endif
