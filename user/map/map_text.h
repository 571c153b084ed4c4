/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_TEXT_H
#define MAP_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "rule.h"

struct map;
struct map_key;

/*
 * map_host_text - the name of a host of the map, as rules have it
 * @dst: room for LIMIT_HOST + 8 bytes; it is not terminated
 *
 * Returns 0, or -EBADMSG for an address that holds no host.
 */
int map_host_text(char *dst, size_t *len, const struct map *map, uint32_t host);

/*
 * map_rule_text - a rule of the map as the rule it was compiled from
 * @host: address of its host's record
 * @addr: its own
 *
 * Returns 0 with *rule pointing into *buffer, without tag, note, headers and
 * final= (the map has none), or -EBADMSG for addresses that hold no rule.
 */
int map_rule_text(struct rule *rule, struct rule_buffer *buffer,
		  const struct map *map, uint32_t host, uint32_t addr);

/*
 * map_found_source - the source of the rule that map_lookup() found, as it is
 * written
 * @dst:  room for RULE_SOURCE_SIZE bytes; it is not terminated
 * @map:  that was asked
 * @key:  as the lookup left it
 * @addr: what it returned, not 0
 *
 * Returns the length, or 0 where the map is damaged.
 */
size_t map_found_source(char *dst, const struct map *map,
			const struct map_key *key, uint32_t addr);

#endif
