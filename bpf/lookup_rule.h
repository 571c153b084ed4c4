/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOKUP_RULE_H
#define LOOKUP_RULE_H

#include <linux/types.h>

#include "lookup.h"

/*
 * The lookup over all levels of a request's host, for both sides. Before a side
 * includes this file it may define what follows.
 */

/* What decides on the level of a host with rules that are found by more than
 * their path (MAP_HOST_MORE), which key->search has: as map_level(). */
#ifndef MAP_MORE
#define MAP_MORE(map, key) ((void)(map), (void)(key), 0)
#endif

/* Of a source with a rule for each scheme the one for https, if the request came
 * by TLS. The fast path has only plaintext. */
#ifndef MAP_HALF
#define MAP_HALF(map, key, addr) ((void)(map), (void)(key), addr)
#endif

/*
 * Step to the next host level: from the first rules to the name itself to its parents that have a
 * wildcard, the longest first, and at last to "*". 0 when there is none.
 */
MAP_INLINE int map_parent(const struct map_header *header, struct map_key *key)
{
	struct map_search *search = &key->search;
	__u64 i;

	if (search->kind == MAP_KIND_FIRST) {
		search->kind = MAP_KIND_HOST;
		search->name = 0;
		return 1;
	}
	if (search->kind == MAP_KIND_HOST) {
		search->kind = MAP_KIND_WILD;
		if (!header->wild[0] && !header->wild[1])
			return 0;
		/* An IPv6 address is no name with parents. */
		for (i = LOOP_FROM(0);
		     LOOP(i < key->host_len && i < LIMIT_HOST &&
			  *key->host != '[');
		     i = LOOP_FROM(i + 1))
			search->labels += key->host[i] == '.';
	}
	while (LOOP(search->labels)) {
		i = search->name++;
		LOOP_KEEP(i);
		if (i >= LIMIT_HOST)
			return 0;
		if (key->host[i] == '.' && map_wild(header, search->labels--))
			return 1;
	}
	if (search->last)
		return 0;
	search->last = 1;
	search->name = key->host_len;
	return map_wild(header, 0);
}

/*
 * map_lookup_rule - the rule that wins for a request
 *
 * Returns the address of its map_rule, or 0 for a miss; it is an address of the
 * base if key->search.base says so. 0 with key->search.hand: another side has to
 * say. The key's texts are changed during the call
 * and are the same after it.
 */
MAP_INLINE __u32 map_lookup_rule(const struct map *map, struct map_key *key)
{
	struct map_search *search = &key->search;
	__u32 addr;
	__u64 name;

	if (!key->path_len || key->host_len > LIMIT_HOST)
		return 0;
	search->kind = MAP_KIND_HOST;
	search->name = search->labels = search->last = search->base = 0;
	search->fold = search->ask = search->folded = search->hand = 0;
	search->more = search->cost = 0;
	if (map_first(map_header(map))) {
		search->kind = MAP_KIND_FIRST;
		search->name = key->host_len;
	}
	do {
		name = search->name;
		LOOP_KEEP(name);
		if (name > LIMIT_HOST)
			return 0;
		addr = map_name(map, search->kind, key->host + name,
				key->host_len - name, key);
		if (search->more) {
			search->more = 0;
			addr = MAP_MORE(map, key);
		}
		if (addr)
			return MAP_HALF(map, key, addr);
		if (search->hand)
			return 0;
	} while (LOOP(!MAP_ENOUGH(key) && map_parent(map_header(map), key)));
	return 0;
}

#endif
