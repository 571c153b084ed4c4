/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOKUP_HAND_H
#define LOOKUP_HAND_H

#include <linux/types.h>

#include "lookup.h"

/*
 * The level of a host that has patterns, sets of pairs or rules with
 * case=ignore, for a side that leaves these to another one.
 */

/* Whether a path has sets of pairs, with the kind's way of comparing. */
MAP_INLINE __u32 map_has_pairs(const struct map *map, int kind, __u64 hash,
			       __u32 id, struct map_key *key)
{
	const __u8 *text = map_key_path(key, kind);
	__u32 len = key->path_len + 1;
	const struct map *base = MAP_BASE(map);
	__u64 pairs = map_hash(map_header(map), kind, hash, text, len);

	return MAP_FIND(map, pairs, kind, id, text, len) ||
	       (base && MAP_FIND(base, pairs, kind, id, text, len));
}

/* The rule with an exact path, and query if the request has one. */
MAP_INLINE __u32 map_hand_paths(const struct map *map,
				const struct map_host *host,
				struct map_key *key)
{
	__u32 len = key->path_len + 1 + key->query_len, id = host->rule.host;
	struct map_search *search = &key->search;
	__u32 flags = host->flags, addr;
	__u64 hash = search->hash;

	if (key->has_query && flags & MAP_HOST_QUERY) {
		addr = map_path(map, MAP_KIND_EXACT, hash, id, key, len);
		if (addr)
			return addr;
		if (flags & MAP_HOST_FOLD &&
		    map_path(map, MAP_KIND_FOLD, hash, id, key, len))
			search->hand = MAP_HAND_CASE;
	}
	if (key->has_query && flags & MAP_HOST_PAIRS &&
	    (map_has_pairs(map, MAP_KIND_PAIRS, hash, id, key) ||
	     (flags & MAP_HOST_FOLD &&
	      map_has_pairs(map, MAP_KIND_PAIRS | MAP_KIND_FOLD, hash, id,
			    key))))
		search->hand = MAP_HAND_PAIRS;
	if (search->hand || !(flags & MAP_HOST_EXACT))
		return 0;
	addr = map_path(map, MAP_KIND_EXACT, hash, id, key, key->path_len);
	if (!addr && flags & MAP_HOST_FOLD &&
	    map_path(map, MAP_KIND_FOLD, hash, id, key, key->path_len))
		search->hand = MAP_HAND_CASE;
	return addr;
}

/*
 * map_hand_exact, map_hand_prefix - the rule that wins on such a level, which
 * key->search has
 *
 * As map_level(), one after the other, where no rule that is left to others can
 * win; where one may, 0 with key->search.hand.
 */
MAP_INLINE __u32 map_hand_exact(const struct map *map, struct map_key *key)
{
	struct map_level_hosts hosts = {key->search.own, key->search.below};
	const struct map_host *host = map_level_host(map, &hosts);

	if (!host)
		return 0;
	if (host->flags & MAP_HOST_FOLD)
		map_fold(key);
	return map_hand_paths(map, host, key);
}

MAP_INLINE __u32 map_hand_prefix(const struct map *map, struct map_key *key)
{
	struct map_level_hosts hosts = {key->search.own, key->search.below};
	const struct map_host *host = map_level_host(map, &hosts);
	struct map_search *search = &key->search;
	__u32 addr, base, len;

	if (!host)
		return 0;
	search->ask = host->flags & MAP_HOST_ASK;
	addr = map_prefix(map, &hosts, search->hash, key);
	base = search->base;
	len = addr ? search->best_len : 0;
	if (host->flags & MAP_HOST_FOLD) {
		search->fold = MAP_KIND_FOLD;
		if (map_prefix(map, &hosts, search->hash, key) &&
		    search->best_len > len)
			search->hand = MAP_HAND_CASE;
		search->fold = 0;
	}
	if (search->ask)
		search->hand = MAP_HAND_PATTERN;
	search->base = base;
	if (search->hand)
		return 0;
	return addr ? addr : map_whole(map, &hosts, key);
}

#endif
