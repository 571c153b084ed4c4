/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <linux/types.h>

#include "hash.h"
#include "limit.h"
#include "lookup_key.h"
#include "loop.h"
#include "map.h"
#include "word.h"

/*
 * The lookup in the redirect map, for both sides. Each side defines struct map
 * and the two functions below. Before it includes this file it may also define
 * MAP_BASE(map), the base of an overlay or NULL, for a side that knows
 * overlays; MAP_PREFETCH(pointer), for a side that can; and MAP_FIND(), for one
 * that has map_find() in a function of its own.
 *
 * map_chunk() gives MAP_CHUNK readable bytes and MAP_SLACK after them, or NULL
 * for an index outside the section. Whatever the map holds, nothing is read
 * outside of these, and every loop ends.
 */
struct map;
static inline const struct map_header *map_header(const struct map *map);
static inline const __u8 *map_chunk(const struct map *map, int section,
				    __u32 index);

#ifndef MAP_PREFETCH
#define MAP_PREFETCH(pointer) ((void)(pointer))
#endif
#ifndef MAP_AHEAD
#define MAP_AHEAD 16 /* slots fetched ahead of a search, in a large map */
#endif
enum { MAP_AHEAD_GROUPS = 65536 /* a map is large from here on */ };

#ifndef MAP_BASE
#define MAP_BASE(map) ((const struct map *)0)
#endif

#ifndef MAP_FIND
#define MAP_FIND map_find
#endif

#define MAP_INLINE static inline __attribute__((always_inline))

/* A function of its own for BPF: the verifier need not follow what it leaves in
 * registers. */
#ifdef __bpf__
#define MAP_NOINLINE static __attribute__((noinline))
#else
#define MAP_NOINLINE MAP_INLINE
#endif

/* What stands at an offset of a chunk; MAP_SLACK bytes of it can be read. */
#define MAP_AT(chunk, at) ((const void *)((chunk) + ((at) & (MAP_CHUNK - 1))))

/*
 * map_hash - the hash of a key
 * @host: for paths, the hash of their host; else 0
 */
MAP_INLINE __u64 map_hash(const struct map_header *header, int kind, __u64 host,
			  const __u8 *key, __u32 len)
{
	__u64 i, words = len / 8, sum = 0;

	for (i = LOOP_FROM(0); LOOP(i < words); i = LOOP_FROM(i + 1)) {
		LOOP_KEEP(i);
		if (i > LIMIT_PATH / 8)
			break;
		sum = hash_word(&header->hash_key, sum, i,
				word_load(key + i * 8));
	}
	LOOP_KEEP(i);
	if (i > LIMIT_PATH / 8)
		return 0;
	if (len % 8)
		sum = hash_word(&header->hash_key, sum, i,
				word_cut(word_load(key + i * 8), len % 8));
	return hash_end(sum, host + ((__u64)kind << 32 | len));
}

/* Whether len bytes at an offset of a chunk are the key's. */
MAP_INLINE int map_equal(const __u8 *chunk, __u64 at, const __u8 *key,
			 __u32 len)
{
	__u64 i, words = len / 8;

	for (i = LOOP_FROM(0); LOOP(i < words); i = LOOP_FROM(i + 1)) {
		LOOP_KEEP(i);
		if (i > LIMIT_PATH / 8 ||
		    word_load(MAP_AT(chunk, at + i * 8)) !=
			    word_load(key + i * 8))
			return 0;
	}
	LOOP_KEEP(i);
	if (i > LIMIT_PATH / 8)
		return 0;
	return !(len % 8) || !word_cut(word_load(MAP_AT(chunk, at + i * 8)) ^
					       word_load(key + i * 8),
				       len % 8);
}

/* The chunk that a record is in; *at receives the record's place in it. NULL
 * for a bad address. */
MAP_INLINE const __u8 *map_record(const struct map *map, __u32 addr, __u64 *at)
{
	*at = (__u64)addr << 3 & (MAP_CHUNK - 1);
	if (!addr)
		return 0;
	return map_chunk(map, MAP_RECORDS, addr >> (MAP_CHUNK_SHIFT - 3));
}

/* Where a host's whole-host rule stands, relative to the host. */
MAP_INLINE __u32 map_host_size(const struct map_host *host)
{
	return (sizeof(*host) + host->lengths * 2u + host->name_len + 7) & ~7u;
}

/* How many bytes of a rule's key stand between it and its Location. */
MAP_INLINE __u32 map_rule_stored(const struct map_rule *rule)
{
	int whole = rule->flags & MAP_RULE_PREFIX && rule->key_len == 1;

	return whole ? 0 : rule->key_len;
}

/* Whether the record at a place of a chunk is the one that the key asks for. */
MAP_INLINE int map_is(const __u8 *chunk, __u64 at, int kind, __u32 id,
		      const __u8 *key, __u32 len)
{
	const struct map_host *host;
	const struct map_rule *rule;
	__u32 wanted;

	if (kind >= MAP_KIND_EXACT) {
		rule = MAP_AT(chunk, at);
		wanted = kind == MAP_KIND_PREFIX ? MAP_RULE_PREFIX : 0;
		return rule->host == id && rule->key_len == len &&
		       (rule->flags & MAP_RULE_PREFIX) == wanted &&
		       map_equal(chunk, at + sizeof(*rule), key, len);
	}
	host = MAP_AT(chunk, at);
	wanted = kind == MAP_KIND_WILD ? MAP_HOST_WILD : 0;
	return host->name_len == len &&
	       (host->flags & MAP_HOST_WILD) == wanted &&
	       map_equal(chunk, at + sizeof(*host) + host->lengths * 2u, key,
			 len);
}

/* The chunk of an address, given the chunk of another: most records stand right
 * after their group. */
MAP_INLINE const __u8 *map_near(const struct map *map, __u32 addr,
				const __u8 *chunk, __u32 near)
{
	__u64 at;

	if (!((addr ^ near) >> (MAP_CHUNK_SHIFT - 3)))
		return addr ? chunk : 0;
	return map_record(map, addr, &at);
}

MAP_INLINE const struct map_table *map_table(const struct map *map, int kind)
{
	const struct map_header *header = map_header(map);

	return kind >= MAP_KIND_EXACT ? &header->paths : &header->hosts;
}

/* The bits of a key in its slot's filter. */
MAP_INLINE __u32 map_filter(__u64 hash)
{
	return 1u << (hash & 31) | 1u << (hash >> 5 & 31);
}

/* Whether slots and groups are to be fetched ahead: in a map of that size they
 * are seldom in the caches of a core. */
MAP_INLINE int map_large(const struct map *map)
{
	return map_header(map)->paths.groups >= MAP_AHEAD_GROUPS;
}

/* Where the slot of a hash stands, or NULL. */
MAP_INLINE const struct map_slot *map_slot(const struct map *map, int kind,
					   __u64 hash)
{
	int section = kind >= MAP_KIND_EXACT ? MAP_PATHS : MAP_HOSTS;
	__u32 n = (hash >> 32) * map_table(map, kind)->groups >> 32;
	const __u8 *chunk;

	chunk = map_chunk(map, section, n >> (MAP_CHUNK_SHIFT - 3));
	return chunk ? MAP_AT(chunk, (__u64)n << 3) : 0;
}

/*
 * map_find - find the record of a key
 * @hash: map_hash() of it
 * @id:   the host's number, for paths
 *
 * Returns its address, or 0.
 */
MAP_INLINE __u32 map_find(const struct map *map, __u64 hash, int kind, __u32 id,
			  const __u8 *key, __u32 len)
{
	const struct map_slot *slot = map_slot(map, kind, hash);
	__u32 tag = hash, bits = map_filter(hash);
	const struct map_group *group;
	const __u8 *chunk;
	__u64 at, i;

	if (!slot || (slot->filter & bits) != bits)
		return 0;
	chunk = map_record(map, slot->addr, &at);
	if (!chunk)
		return 0;
	group = MAP_AT(chunk, at);
	if (map_large(map))
		for (i = 0; i < 6; i++)
			MAP_PREFETCH(MAP_AT(chunk, at + i * 64));
	at += sizeof(*group);
	for (i = LOOP_FROM(0); LOOP(i < group->count); i = LOOP_FROM(i + 1)) {
		const struct map_entry *entry = MAP_AT(chunk, at + i * 8);
		const __u8 *record;

		LOOP_KEEP(i);
		if (i >= MAP_GROUP_MAX)
			break;
		if (entry->tag != tag)
			continue;
		record = map_near(map, entry->addr, chunk, slot->addr);
		if (record &&
		    map_is(record, (__u64)entry->addr << 3, kind, id, key, len))
			return entry->addr;
	}
	return 0;
}

/* Fetch the slot of a key of a host without waiting for it. */
MAP_INLINE void map_ahead(const struct map *map, int kind, __u64 host_hash,
			  const __u8 *key, __u32 len)
{
	if (map_large(map))
		MAP_PREFETCH(map_slot(map, kind,
				      map_hash(map_header(map), kind, host_hash,
					       key, len)));
}

/* Find a key of a host whose hash is known. */
MAP_INLINE __u32 map_path(const struct map *map, int kind, __u64 host_hash,
			  __u32 id, const __u8 *key, __u32 len)
{
	__u64 hash = map_hash(map_header(map), kind, host_hash, key, len);

	return MAP_FIND(map, hash, kind, id, key, len);
}

/* Number i of a host's prefix lengths, which begin at an offset. */
MAP_INLINE __u32 map_length(const __u8 *chunk, __u64 at, __u32 i)
{
	return *(const __u16 *)MAP_AT(chunk, at + i * 2);
}

/*
 * map_longest - the longest prefix rule of a host, "/" aside
 *
 * Every path is searched as if a '/' followed it: "/blog/" is so found as a
 * prefix of "/blog", and the remainder is empty.
 */
MAP_INLINE __u32 map_longest(const struct map *map, const __u8 *chunk, __u32 at,
			     __u64 hash, struct map_key *key)
{
	const struct map_host *host = MAP_AT(chunk, at);
	struct map_search *search = &key->search;
	__u64 len = key->path_len, i;
	__u32 id = host->id;
	__u8 after;

	LOOP_KEEP(len);
	if (len > LIMIT_PATH)
		return 0;
	after = key->path[len];
	key->path[len] = '/';
	search->low = search->best = search->best_len = 0;
	search->high = host->lengths;
	at += sizeof(*host);
	if (map_large(map))
		for (i = 0; i < MAP_AHEAD && i < search->high; i++)
			if (map_length(chunk, at, i) <= key->path_len + 1)
				map_ahead(map, MAP_KIND_PREFIX, hash, key->path,
					  map_length(chunk, at, i));
	for (i = LOOP_FROM(0);
	     LOOP(i < MAP_SEARCH_MAX && search->low < search->high);
	     i = LOOP_FROM(i + 1)) {
		__u32 middle = (search->low + search->high) / 2, addr = 0;
		__u32 length = map_length(chunk, at, middle);
		const struct map_rule *rule;
		const __u8 *record;
		__u64 in;

		if (length <= key->path_len + 1)
			addr = map_path(map, MAP_KIND_PREFIX, hash, id,
					key->path, length);
		record = map_record(map, addr, &in);
		if (!record) {
			search->high = middle;
			continue;
		}
		search->low = middle + 1;
		rule = MAP_AT(record, in);
		if (!(rule->flags & MAP_RULE_MARKER)) {
			search->best = addr;
			search->best_len = length;
		} else if (rule->answer > search->best_len) {
			search->best = 0;
			search->best_len = rule->answer;
		}
	}
	if (!search->best && search->best_len &&
	    search->best_len <= key->path_len + 1)
		search->best = map_path(map, MAP_KIND_PREFIX, hash, id,
					key->path, search->best_len);
	len = key->path_len;
	LOOP_KEEP(len);
	if (len > LIMIT_PATH)
		return 0;
	key->path[len] = after;
	return search->best;
}

/*
 * map_level - the rule that wins on one host level
 * @hash: of the host
 *
 * Exact path with query, exact path, the longest prefix. Its address or 0.
 */
MAP_INLINE __u32 map_level(const struct map *map, __u32 host_addr, __u64 hash,
			   struct map_key *key)
{
	const struct map_host *host;
	const __u8 *chunk;
	__u32 addr = 0;
	__u64 at;

	chunk = map_record(map, host_addr, &at);
	if (!chunk)
		return 0;
	host = MAP_AT(chunk, at);
	if (key->has_query && host->flags & MAP_HOST_QUERY)
		addr = map_path(map, MAP_KIND_EXACT, hash, host->id, key->path,
				key->path_len + 1 + key->query_len);
	if (!addr && host->flags & MAP_HOST_EXACT)
		addr = map_path(map, MAP_KIND_EXACT, hash, host->id, key->path,
				key->path_len);
	if (!addr && host->lengths)
		addr = map_longest(map, chunk, at, hash, key);
	if (!addr && host->flags & MAP_HOST_WHOLE)
		addr = host_addr + map_host_size(host) / 8;
	return addr;
}

/* The rule that wins on the level of a name, or 0. */
MAP_NOINLINE __u32 map_name(const struct map *map, int kind, const __u8 *name,
			    __u32 len, struct map_key *key)
{
	__u64 hash = map_hash(map_header(map), kind, 0, name, len);
	const struct map *base = MAP_BASE(map);
	__u32 host;

	if (base) {
		key->search.base = 0;
		host = MAP_FIND(map, hash, kind, 0, name, len);
		/* One map_level() for both would be twice as much to verify. */
		if (host)
			return map_level(map, host, hash, key);
		key->search.base = 1;
		map = base;
	}
	/* Its slot is fetched while the host is searched. */
	map_ahead(map, MAP_KIND_EXACT, hash, key->path, key->path_len);
	host = MAP_FIND(map, hash, kind, 0, name, len);
	return host ? map_level(map, host, hash, key) : 0;
}

/* Whether a map is a small one over another. */
MAP_INLINE int map_is_overlay(const struct map_header *header)
{
	return header->base[0] != 0;
}

/* Whether the map has a wildcard of that many labels. */
MAP_INLINE int map_wild(const struct map_header *header, __u32 labels)
{
	return labels < MAP_DEPTHS &&
	       header->wild[labels / 64] >> (labels % 64) & 1;
}

/*
 * Step to the next host level: from the name itself to its parents that have a
 * wildcard, the longest first, and at last to "*". 0 when there is none.
 */
MAP_INLINE int map_parent(const struct map_header *header, struct map_key *key)
{
	struct map_search *search = &key->search;
	__u64 i;

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
 * map_lookup - the rule that wins for a request
 *
 * Returns the address of its map_rule, or 0 for a miss; it is an address of the
 * base if key->search.base says so. The key's texts are changed during the call
 * and are the same after it.
 */
MAP_INLINE __u32 map_lookup(const struct map *map, struct map_key *key)
{
	struct map_search *search = &key->search;
	__u32 addr;
	__u64 name;

	if (!key->path_len || key->host_len > LIMIT_HOST)
		return 0;
	search->kind = MAP_KIND_HOST;
	search->name = search->labels = search->last = search->base = 0;
	do {
		name = search->name;
		LOOP_KEEP(name);
		if (name > LIMIT_HOST)
			return 0;
		addr = map_name(map, search->kind, key->host + name,
				key->host_len - name, key);
		if (addr)
			return addr;
	} while (LOOP(map_parent(map_header(map), key)));
	return 0;
}

#endif
