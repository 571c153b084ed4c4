/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_TAP_MAPS_H
#define FAST_TAP_MAPS_H

#include <stddef.h>
#include <stdint.h>

struct fast_arena;
struct map;
struct map_key;
struct tap_record;

/*
 * The maps that records are of: a record says where in the arena its map was,
 * and the checksum of its header; the map file is opened, and asked for the rule
 * once more. A few are kept open, for what was told before a cutover.
 */
enum { FAST_TAP_MAPS = 4 };

struct fast_tap_map {
	uint64_t number; /* of the area; 0: none */
	uint32_t place, crc;
	uint64_t release;
	struct map *map; /* NULL: it cannot be opened */
};

struct fast_tap_maps {
	struct fast_tap_map map[FAST_TAP_MAPS];
	unsigned int next;
};

/*
 * fast_tap_maps_source - which rule has answered, and of which release
 * @key:    what was asked for, in normal form
 * @source: receives the rule's source as it is written, not terminated, in
 *          RULE_SOURCE_SIZE bytes of room
 * @len:    receives its length; 0 where it cannot be told: there is no rule, or
 *          the release is gone meanwhile
 *
 * Returns the release, or 0 where that cannot be told.
 */
uint64_t fast_tap_maps_source(struct fast_tap_maps *maps,
			      const struct fast_arena *arena, const char *state,
			      const struct tap_record *told,
			      struct map_key *key, char *source, size_t *len);

/* Close them all. */
void fast_tap_maps_close(struct fast_tap_maps *maps);

#endif
