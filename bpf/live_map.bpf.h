/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LIVE_MAP_BPF_H
#define LIVE_MAP_BPF_H

#include <linux/types.h>

#include "arena.bpf.h"
#include "fastpath.h"
#include "map.h"
#include "scratch.bpf.h"

/*
 * The live map for the lookup. A request asks once which one it is, so that no
 * answer is made of two releases. Its memory stays as it is until no program
 * reads it any more.
 */

/* A release is two of them, an overlay and its base; or the first alone. */
#define MAP_BASE(map) ((map)[1].place ? &(map)[1] : 0)

static __always_inline const struct map_header *
map_header(const struct map *map)
{
	return arena_at(map->place);
}

static __always_inline const __u8 *map_bytes(const struct map *map, int section,
					     __u64 at, __u32 len)
{
	const struct map_section *found = &map_header(map)->section[section];
	__u64 size = found->size;

	if (at > size || len > size - at)
		return arena_at(FAST_ZEROS_AT);
	return arena_at(map->place + found->offset + at);
}

/* Open what is live as scratch->map. Returns 0, or -1 when no release is
 * loaded. */
static __always_inline int map_live(struct scratch *s)
{
	const struct fast_control *control;
	__u64 live;

	arena_use();
	control = arena_at(0);
	live = *(const volatile __u64 *)&control->live;
	s->map[0].place = (__u32)live;
	s->map[1].place = live >> 32;
	s->map[1].below = 1;
	return (__u32)live ? 0 : -1;
}

/*
 * Functions of their own, so that the verifier checks each only once. They get
 * which of the two maps it is, and take the text from the key in hand: pointers
 * to neither can be passed to them.
 *
 * The first one counts what a lookup costs: each key that is hashed is a probe,
 * and one more for every LIMIT_COST_BYTES of it. Beyond LIMIT_COST nothing is
 * found any more, and the lookup ends; what it had found is then no answer.
 */
__u64 live_map_hash(__u32 kind, __u64 host, __u32 len);
__u32 live_map_find(__u32 below, __u64 hash, __u32 kind, __u32 id, __u32 len);
__u32 live_map_longest(__u32 below, __u32 host_addr, __u64 hash);
__u32 live_map_exact(void);
__u32 live_map_prefix(void);

#define MAP_HASH(header, kind, host, text, len) \
	((void)(header), (void)(text), live_map_hash(kind, host, len))
#define MAP_FIND(map, hash, kind, id, text, len) \
	((void)(text), live_map_find((map)->below, hash, kind, id, len))
#define MAP_ENOUGH(key) ((key)->search.cost > LIMIT_COST)
#define MAP_LONGEST(map, over, host_addr, hash, key) \
	((void)(over), (void)(key),                  \
	 live_map_longest((map)->below, host_addr, hash))
#define MAP_MORE(map, key)                                                 \
	({                                                                 \
		__u32 exact_ = live_map_exact();                           \
		exact_ || (key)->search.hand ? exact_ : live_map_prefix(); \
	})

/* A load whose value nobody waits for. */
#ifndef MAP_PREFETCH
#define MAP_PREFETCH(pointer)                       \
	({                                          \
		__u64 ahead_;                       \
		asm volatile("%0 = *(u8 *)(%1 + 0)" \
			     : "=r"(ahead_)         \
			     : "r"(pointer));       \
	})
#endif
#define MAP_AHEAD 0

#include "lookup.h"
#include "lookup_hand.h"
#include "lookup_rule.h"
#include "live_hits.bpf.h"

static __always_inline const __u8 *live_map_text(const struct scratch *s,
						 __u32 kind)
{
	if (kind & MAP_KIND_HOST)
		return s->key.host + (s->key.search.name & 255);
	return kind & MAP_KIND_FOLD ? s->key.folded : s->key.path;
}

/* An overlay and its base have the same key of the hash. */
__noinline __u64 live_map_hash(__u32 kind, __u64 host, __u32 len)
{
	struct scratch *s = scratch_get();

	if (!s || MAP_ENOUGH(&s->key))
		return 0;
	s->key.search.cost += 1 + len / LIMIT_COST_BYTES;
	return map_hash_of(map_header(s->map), kind, host,
			   live_map_text(s, kind), len);
}

__noinline __u32 live_map_find(__u32 below, __u64 hash, __u32 kind, __u32 id,
			       __u32 len)
{
	struct scratch *s = scratch_get();

	if (!s || MAP_ENOUGH(&s->key))
		return 0;
	return map_find(s->map + (below & 1), hash, kind, id,
			live_map_text(s, kind), len);
}

/*
 * live_map_plain - look up what most requests ask for, without a call
 *
 * An exact path of an exact host of a map without a base, or all of that host.
 * Returns the rule's address as map_lookup_rule() would, or 0 where that is to look.
 */
static __always_inline __u32 live_map_plain(struct scratch *s)
{
	enum { PLAIN = MAP_HOST_WHOLE | MAP_HOST_EXACT | MAP_HOST_QUERY };
	struct map_key *key = &s->key;
	__u32 len = key->host_len, path_len = key->path_len, at, addr = 0;
	const struct map *map = s->map;
	const struct map_host *host;
	__u64 path = s->path_hash;

	if (s->map[1].place || len > LIMIT_HOST || map_first(map_header(map)))
		return 0;
	map_ahead(map, MAP_KIND_EXACT, path);
	at = map_place(map, MAP_KIND_HOST, s->host_hash);
	if (!at || !map_is(map, at, map_record(map, at), MAP_KIND_HOST, 0,
			   key->host, len))
		return 0;
	host = (const void *)map_record(map, at);
	if (host->flags & ~PLAIN ||
	    (key->has_query && host->flags & MAP_HOST_QUERY))
		return 0;
	if (host->flags & MAP_HOST_EXACT)
		addr = map_place(map, MAP_KIND_EXACT, path);
	if (addr && !map_is(map, addr, map_record(map, addr), MAP_KIND_EXACT,
			    host->rule.host, key->path, path_len))
		return 0;
	if (!addr && host->flags & MAP_HOST_WHOLE && !map_host_lengths(host))
		addr = at;
	key->search.kind = MAP_KIND_HOST;
	key->search.name = key->search.last = key->search.base = 0;
	return addr;
}

__noinline __u32 live_map_longest(__u32 below, __u32 host_addr, __u64 hash)
{
	struct scratch *s = scratch_get();
	const struct map *over;

	if (!s)
		return 0;
	over = below ? s->map : 0;
	LOOP_KEEP(over); /* clang else tests below where it is used */
	return map_longest_left(s->map + (below & 1), over, host_addr, hash,
				&s->key);
}

__noinline __u32 live_map_exact(void)
{
	struct scratch *s = scratch_get();

	return s ? map_hand_exact(s->map, &s->key) : 0;
}

__noinline __u32 live_map_prefix(void)
{
	struct scratch *s = scratch_get();

	return s ? map_hand_prefix(s->map, &s->key) : 0;
}

#endif
