/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOKUP_KEY_H
#define LOOKUP_KEY_H

#include <linux/types.h>

#include "limit.h"

/* What a lookup is asked for (lookup.h). */

/* How far the search for the longest prefix and the walk over a host's parents
 * have got. In memory, since the verifier would follow registers too
 * closely. */
struct map_search {
	__u32 low, high;
	__u32 best, best_len;
	__u32 kind, name, labels, last;
	__u32 base; /* whether it is the map's base that is searched */
	__u32 fold; /* MAP_KIND_FOLD while rules with case=ignore are searched */
	__u32 folded;	  /* whether the key's folded path is there */
	__u32 ask;	  /* patterns begin with what the path begins with */
	__u32 more;	  /* the level has rules that are found in other ways */
	__u32 own, below; /* its host's records, and the host's hash */
	__u64 hash;
	__u32 hand; /* enum map_hand: why another side has to say */
	__u32 cost; /* so far, for a side that has an end of it */
};

/* What the fast path leaves to a server. */
enum map_hand {
	MAP_HAND_NOT,
	MAP_HAND_PATTERN, /* a pattern may match */
	MAP_HAND_PAIRS,	  /* ... a set of pairs */
	MAP_HAND_CASE,	  /* a rule with case=ignore matches */
};

/*
 * A request in normal form. Both texts are read in words of 8 bytes: up to 8
 * bytes after them are read, and do not matter.
 *
 * host: lower case, without port; host_len 0: the request has none
 * path: begins with '/'; if has_query, '?' and the query follow it directly
 */
struct map_key {
	struct map_search search; /* the lookup's own */
	__u32 method_other;	  /* neither GET nor HEAD */
	__u32 https;		  /* it came by TLS */
	__u32 host_len;
	__u32 path_len;	 /* without the query */
	__u32 query_len; /* without the '?' */
	__u32 has_query;
	__u8 host[LIMIT_HOST + 3 + 8];
	__u8 path[LIMIT_PATH + 16];
	__u8 folded[LIMIT_PATH + 16]; /* the lookup's own: path in lower case */
};

#endif
