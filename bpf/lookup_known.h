/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOKUP_KNOWN_H
#define LOOKUP_KNOWN_H

#include <linux/types.h>

#include "lookup.h"
#include "lookup_rule.h"

/*
 * map_known - whether rules have the host of a key, by its name or by one of
 * "*.name" that it is below; "*" does not count
 *
 * A host whose last rule was taken away counts until its map is compacted. What
 * key->search has is lost.
 */
MAP_INLINE int map_known(const struct map *map, struct map_key *key)
{
	const struct map_header *header = map_header(map);
	struct map_search *search = &key->search;
	const struct map *base = MAP_BASE(map);
	__u64 name, hash;
	__u32 len;

	search->kind = MAP_KIND_HOST;
	search->name = search->labels = search->last = search->cost = 0;
	do {
		name = search->name;
		LOOP_KEEP(name);
		if (name >= key->host_len || name > LIMIT_HOST)
			return 0;
		len = key->host_len - name;
		hash = map_hash(header, search->kind, 0, key->host + name, len);
		if (MAP_FIND(map, hash, search->kind, 0, key->host + name,
			     len) ||
		    (base && MAP_FIND(base, hash, search->kind, 0,
				      key->host + name, len)))
			return 1;
	} while (LOOP(!MAP_ENOUGH(key) && map_parent(header, key)));
	return 0;
}

#endif
