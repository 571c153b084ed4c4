/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_LOOKUP_H
#define MAP_LOOKUP_H

#include <stdint.h>

#include "map_more.h"
#include "map_view.h"

/* map_lookup() (lookup_rule.h) in an open map, for rules of all kinds. */

/* Of a source with a rule for each scheme the one for https, if the request came
 * by TLS; the address is of the map that map_found() says. */
static inline uint32_t map_request_half(const struct map *map,
					const struct map_key *key,
					uint32_t addr)
{
	const struct map *found = map_found(map, key);

	if (!key->https || !(map_record(found, addr)->flags & MAP_RULE_BOTH))
		return addr;
	return map_half(found, key->search.hash, addr);
}

#ifndef MAP_MORE
#define MAP_MORE(map, key) map_more(map, key)
#endif
#define MAP_HALF(map, key, addr) map_request_half(map, key, addr)
#include "lookup_rule.h"

#endif
