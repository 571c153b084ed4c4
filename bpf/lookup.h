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
 * overlays; MAP_PREFETCH(pointer), for a side that can; MAP_HASH(), MAP_FIND()
 * and MAP_LONGEST(), for one that has map_hash_of(), map_find() and
 * map_longest_left() in functions of their own; and MAP_ENOUGH(key), for one
 * that ends a lookup early.
 *
 * map_bytes() gives len bytes at an offset of a section, len being at most
 * MAP_READ, and MAP_SLACK readable bytes after them; where the section ends
 * before, it gives zeros. Whatever the map holds, nothing is read outside of
 * these, and every loop ends.
 */
struct map;
static inline const struct map_header *map_header(const struct map *map);
static inline const __u8 *map_bytes(const struct map *map, int section,
				    __u64 at, __u32 len);

#ifndef MAP_PREFETCH
#define MAP_PREFETCH(pointer) ((void)(pointer))
#endif
#ifndef MAP_AHEAD
#define MAP_AHEAD 16 /* slots fetched ahead of a search, in a large map */
#endif
enum { MAP_AHEAD_SLOTS = 1 << 16 }; /* a map is large from here on */

#ifndef MAP_ENOUGH
#define MAP_ENOUGH(key) 0 /* whether a lookup has cost too much to go on */
#endif

#ifndef MAP_BASE
#define MAP_BASE(map) ((const struct map *)0)
#endif

#ifndef MAP_FIND
#define MAP_FIND map_find
#endif
#ifndef MAP_HASH
#define MAP_HASH map_hash_of
#endif
#ifndef MAP_LONGEST
#define MAP_LONGEST map_longest_left
#endif

#define MAP_INLINE static inline __attribute__((always_inline))

/* A function of its own for BPF: the verifier need not follow what it leaves in
 * registers. */
#ifdef __bpf__
#define MAP_NOINLINE static __attribute__((noinline))
#else
#define MAP_NOINLINE MAP_INLINE
#endif

/* As map_hash(). */
MAP_INLINE __u64 map_hash_of(const struct map_header *header, int kind,
			     __u64 host, const __u8 *key, __u32 len)
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

/*
 * map_hash - the hash of a key
 * @host: for paths, the hash of their host; else 0
 */
MAP_INLINE __u64 map_hash(const struct map_header *header, int kind, __u64 host,
			  const __u8 *key, __u32 len)
{
	return MAP_HASH(header, kind, host, key, len);
}

/* Whether len bytes are the key's. Both can be read in whole words. */
MAP_INLINE int map_equal(const __u8 *text, const __u8 *key, __u32 len)
{
	__u64 i, words = len / 8;

	for (i = LOOP_FROM(0); LOOP(i < words); i = LOOP_FROM(i + 1)) {
		LOOP_KEEP(i);
		if (i > LIMIT_PATH / 8 ||
		    word_load(text + i * 8) != word_load(key + i * 8))
			return 0;
	}
	LOOP_KEEP(i);
	if (i > LIMIT_PATH / 8)
		return 0;
	return !(len % 8) ||
	       !word_cut(word_load(text + i * 8) ^ word_load(key + i * 8),
			 len % 8);
}

/* By what the next key with the same hash is placed: in the same bucket. */
MAP_INLINE __u64 map_chain(__u64 hash)
{
	__u64 low = 0xffffff;

	return (hash & ~low) | (hash_mix(hash + 1) & low);
}

/* The part of a hash, its bucket in the part, and what slot of the part a pilot
 * gives it. */
MAP_INLINE __u32 map_part(const struct map_table *table, __u64 hash)
{
	return hash >> 1 >> (63 - (table->part_bits & 15));
}

MAP_INLINE __u32 map_bucket(const struct map_table *table, __u64 hash)
{
	return (hash << (table->part_bits & 15) >> 32) * table->buckets >> 32;
}

MAP_INLINE __u32 map_slot(const struct map_table *table, __u64 hash,
			  __u32 pilot)
{
	__u64 mixed =
		(hash ^ pilot * 0x9e3779b97f4a7c15ULL) * 0xd6e8feb86659fd93ULL;

	return (mixed >> 32) * table->slots >> 32;
}

/* The bits of a key in its bucket's filter. */
MAP_INLINE __u64 map_filter(__u64 hash)
{
	__u32 i;
	__u64 bits = 0;

	for (i = 0; i < 24; i += 8)
		bits |= 1ULL << ((hash >> i & 255) * MAP_FILTER_BITS >> 8);
	return bits << MAP_FILTER_SHIFT;
}

MAP_INLINE int map_table_of(int kind)
{
	return kind & MAP_KIND_HOST ? MAP_TABLE_HOSTS : MAP_TABLE_RULES;
}

/* The bucket of a hash. */
MAP_INLINE __u64 map_bucket_of(const struct map *map, int id, __u64 hash)
{
	const struct map_table *table = &map_header(map)->table[id];
	__u64 bucket = map_part(table, hash) * (__u64)table->buckets +
		       map_bucket(table, hash);

	return *(const __u64 *)map_bytes(map, MAP_HOST_BUCKETS + 2 * id,
					 bucket * sizeof(bucket),
					 sizeof(bucket));
}

/* The slot that a bucket's pilot gives a hash. */
MAP_INLINE __u32 map_slot_of(const struct map *map, int id, __u64 hash,
			     __u64 bucket)
{
	const struct map_table *table = &map_header(map)->table[id];

	return map_part(table, hash) * table->slots +
	       map_slot(table, hash, bucket & 0xffff);
}

/* What a key's record is named by, if there is one; 0 if there is none. */
MAP_INLINE __u32 map_place(const struct map *map, int kind, __u64 hash)
{
	int id = map_table_of(kind);
	__u64 bucket = map_bucket_of(map, id, hash), bits = map_filter(hash);

	if ((bucket & bits) != bits)
		return 0;
	return (map_slot_of(map, id, hash, bucket) + 1) |
	       (id == MAP_TABLE_HOSTS ? MAP_ADDR_HOST : 0);
}

/* The section of a record's slot, and its place there. */
MAP_INLINE int map_slot_section(__u32 addr)
{
	return addr & MAP_ADDR_HOST ? MAP_HOST_SLOTS : MAP_RULE_SLOTS;
}

MAP_INLINE __u64 map_slot_at(const struct map *map, __u32 addr)
{
	const struct map_table *table = map_header(map)->table;
	__u64 slot = (addr & ~MAP_ADDR_HOST) - 1;

	return slot << (table[!(addr & MAP_ADDR_HOST)].slot_shift & 15);
}

/* The record of a slot; zeros for an address that is none. */
MAP_INLINE const struct map_rule *map_record(const struct map *map, __u32 addr)
{
	return (const void *)map_bytes(map, map_slot_section(addr),
				       map_slot_at(map, addr),
				       sizeof(struct map_host));
}

/* The number of bytes that precede the texts in a slot. */
MAP_INLINE __u32 map_record_head(const struct map_rule *rule)
{
	return rule->flags & MAP_RULE_HOST ? sizeof(struct map_host)
					   : sizeof(*rule);
}

/* The first len bytes of a record's texts. */
MAP_INLINE const __u8 *map_texts(const struct map *map, __u32 addr,
				 const struct map_rule *rule, __u32 len)
{
	__u64 at;

	if (rule->texts)
		return map_bytes(map, MAP_TEXTS, (__u64)rule->texts * 8, len);
	at = map_slot_at(map, addr) + map_record_head(rule);
	return map_bytes(map, map_slot_section(addr), at, len);
}

_Static_assert((int)LIMIT_PATH < (int)MAP_LENGTHS, "all lengths may occur");

/* How many prefix lengths a host has: fewer than there are lengths, whatever
 * stands there. */
MAP_INLINE __u32 map_host_lengths(const struct map_host *host)
{
	return host->lengths & (MAP_LENGTHS - 1);
}

/* Where a host's name begins in its texts. */
MAP_INLINE __u32 map_host_name(const struct map_host *host)
{
	return map_host_lengths(host) * 2;
}

/* Where Location begins in a record's texts. */
MAP_INLINE __u32 map_location(const struct map_rule *rule)
{
	const struct map_host *host = (const void *)rule;

	return rule->key_len +
	       (rule->flags & MAP_RULE_HOST ? map_host_name(host) : 0);
}

/* How many bytes of a path a rule stands for: the remainder begins there. */
MAP_INLINE __u32 map_consumed(const struct map_rule *rule)
{
	return rule->flags & MAP_RULE_HOST ? 1 : rule->key_len;
}

/* Whether a record is the one that the key asks for. */
MAP_INLINE int map_is(const struct map *map, __u32 addr,
		      const struct map_rule *rule, int kind, __u32 id,
		      const __u8 *key, __u32 len)
{
	const struct map_host *host = (const void *)rule;
	__u32 skip = 0, bits = MAP_KIND_BITS;

	if (rule->key_len != len || len > LIMIT_PATH)
		return 0;
	if (kind & MAP_KIND_HOST) {
		bits = MAP_KIND_FIRST; /* the others are its rule's */
		skip = map_host_name(host);
	} else if (rule->host != id) {
		return 0;
	}
	if ((rule->flags & bits) != (__u32)kind)
		return 0;
	return map_equal(map_texts(map, addr, rule, skip + len) + skip, key,
			 len);
}

/* Whether records are to be fetched ahead: in a map of that size they are
 * seldom in the caches of a core. */
MAP_INLINE int map_large(const struct map *map)
{
	const struct map_table *table =
		&map_header(map)->table[MAP_TABLE_RULES];

	return ((__u64)table->slots << (table->part_bits & 15)) >=
	       MAP_AHEAD_SLOTS;
}

/* Fetch the record of a hash without waiting for it; where there is none, the
 * first of the table. No branch depends on the bucket: one that is foreseen
 * wrongly would wait for it. */
MAP_INLINE void map_ahead(const struct map *map, int kind, __u64 hash)
{
	int id = map_table_of(kind);
	__u64 bucket, bits = map_filter(hash), slot;
	const __u8 *at;

	if (!map_large(map))
		return;
	bucket = map_bucket_of(map, id, hash);
	slot = map_slot_of(map, id, hash, bucket);
	slot &= -(__u64)((bucket & bits) == bits);
	at = map_bytes(map, MAP_HOST_SLOTS + 2 * id,
		       slot << (map_header(map)->table[id].slot_shift & 15), 1);
	MAP_PREFETCH(at);
	MAP_PREFETCH(at + 64);
}

/*
 * map_find - find the record of a key
 * @hash: map_hash() of it
 * @id:   the host's number, for paths
 *
 * Keys with the same hash are in a chain: each but the first is placed by
 * map_chain() of the hash of the one before it. Returns the record's address, or 0.
 */
MAP_INLINE __u32 map_find(const struct map *map, __u64 hash, int kind, __u32 id,
			  const __u8 *key, __u32 len)
{
	const struct map_rule *rule;
	__u32 addr;
	__u64 i;

	for (i = LOOP_FROM(0); LOOP(i < MAP_CHAIN_MAX); i = LOOP_FROM(i + 1)) {
		LOOP_KEEP(kind); /* else clang keeps more on the stack */
		LOOP_KEEP(len);
		addr = map_place(map, kind, hash);
		if (!addr)
			return 0;
		rule = map_record(map, addr);
		if (map_is(map, addr, rule, kind, id, key, len))
			return addr;
		if (!(rule->flags & MAP_RULE_CHAIN))
			return 0;
		hash = map_chain(hash);
	}
	return 0;
}

/* The path of a key as a kind of rules has it. */
MAP_INLINE __u8 *map_key_path(struct map_key *key, int kind)
{
	return kind & MAP_KIND_FOLD ? key->folded : key->path;
}

/* Have the key's path and query in lower case as key->folded. */
MAP_INLINE void map_fold(struct map_key *key)
{
	__u64 i, len = key->path_len + key->query_len + 1;

	if (key->search.folded)
		return;
	key->search.folded = 1;
	for (i = LOOP_FROM(0); LOOP(i < len); i = LOOP_FROM(i + 8)) {
		LOOP_KEEP(i);
		if (i > LIMIT_PATH)
			break;
		word_store(key->folded + i,
			   word_lower(word_load(key->path + i)));
	}
}

/* Find a key of a host whose hash is known, in an overlay or, if it does not
 * stand there, in its base, which key->search.base then says. */
MAP_INLINE __u32 map_path(const struct map *map, int kind, __u64 host_hash,
			  __u32 id, struct map_key *key, __u32 len)
{
	const __u8 *text = map_key_path(key, kind);
	__u64 hash = map_hash(map_header(map), kind, host_hash, text, len);
	const struct map *base = MAP_BASE(map);
	__u32 addr = MAP_FIND(map, hash, kind, id, text, len);

	key->search.base = 0;
	if (!base)
		return addr;
	if (addr && map_record(map, addr)->flags & MAP_RULE_GONE)
		return 0;
	if (addr && !(map_record(map, addr)->flags & MAP_RULE_MARKER))
		return addr;
	key->search.base = 1;
	return MAP_FIND(base, hash, kind, id, text, len);
}

/* Number i of a host's prefix lengths. */
MAP_INLINE __u32 map_length(const __u8 *texts, __u32 i)
{
	return ((const __u16 *)texts)[i];
}

/* Take note of a prefix that a search has met. */
MAP_INLINE void map_met(struct map_search *search, const struct map_rule *rule,
			__u32 addr, __u32 length)
{
	search->ask |= rule->flags & MAP_RULE_ASK;
	if (!(rule->flags & MAP_RULE_MARKER)) {
		search->best = addr;
		search->best_len = length;
	} else if (rule->shorter > search->best_len) {
		search->best = 0;
		search->best_len = rule->shorter;
	}
}

/*
 * map_longest - the longest prefix rule of a host in one map, "/" aside
 * @key: its path, or with search.fold the folded one, has a '/' after it
 *
 * The address, or 0; key->search.best_len receives the prefix's length, and
 * search.ask is set when a pattern begins with what the path begins with.
 */
MAP_INLINE __u32 map_longest(const struct map *map, __u32 host_addr, __u64 hash,
			     struct map_key *key)
{
	const struct map_host *host = (const void *)map_record(map, host_addr);
	const struct map_header *header = map_header(map);
	struct map_search *search = &key->search;
	__u32 most = key->path_len + 1, id = host->rule.host;
	int kind = MAP_KIND_PREFIX | search->fold;
	const __u8 *text = map_key_path(key, kind), *lengths;
	__u64 i;

	search->low = search->best = search->best_len = 0;
	search->high = map_host_lengths(host);
	lengths = map_texts(map, host_addr, &host->rule, map_host_name(host));
	if (map_large(map))
		for (i = 0; i < MAP_AHEAD && i < search->high; i++)
			if (map_length(lengths, i) <= most)
				map_ahead(map, kind,
					  map_hash(header, kind, hash, text,
						   map_length(lengths, i)));
	for (i = LOOP_FROM(0);
	     LOOP(i < MAP_SEARCH_MAX && search->low < search->high);
	     i = LOOP_FROM(i + 1)) {
		__u32 middle = (search->low + search->high) / 2, addr = 0;
		__u32 length = map_length(lengths, middle);

		if (length <= most)
			addr = MAP_FIND(
				map, map_hash(header, kind, hash, text, length),
				kind, id, text, length);
		if (!addr) {
			search->high = middle;
			continue;
		}
		search->low = middle + 1;
		map_met(search, map_record(map, addr), addr, length);
	}
	if (!search->best && search->best_len && search->best_len <= most)
		search->best = MAP_FIND(map,
					map_hash(header, kind, hash, text,
						 search->best_len),
					kind, id, text, search->best_len);
	return search->best;
}

/* Whether a prefix stands in an overlay: it is that's to find then, or is
 * gone. */
MAP_INLINE int map_overlaid(const struct map *over, __u64 hash, __u32 id,
			    struct map_key *key, __u32 len)
{
	int kind = MAP_KIND_PREFIX | key->search.fold;
	__u32 addr =
		MAP_FIND(over, hash, kind, id, map_key_path(key, kind), len);

	return addr && !(map_record(over, addr)->flags & MAP_RULE_MARKER);
}

/*
 * map_longest_left - the longest prefix rule of a host in one map that is one
 * @over: the overlay over the map, or NULL
 *
 * Where one is gone, or stands in the overlay, the next shorter one counts.
 */
MAP_INLINE __u32 map_longest_left(const struct map *map, const struct map *over,
				  __u32 host_addr, __u64 hash,
				  struct map_key *key)
{
	__u32 addr = map_longest(map, host_addr, hash, key);
	__u32 id = map_record(map, host_addr)->host;
	struct map_search *search = &key->search;
	int kind = MAP_KIND_PREFIX | search->fold;
	const __u8 *text = map_key_path(key, kind);
	const struct map_rule *rule;
	__u64 i, prefix;

	for (i = LOOP_FROM(0); LOOP(addr && i <= MAP_NEST_MAX);
	     i = LOOP_FROM(i + 1)) {
		rule = map_record(map, addr);
		prefix = map_hash(map_header(map), kind, hash, text,
				  search->best_len);
		if (!(rule->flags & MAP_RULE_GONE) &&
		    !(over &&
		      map_overlaid(over, prefix, id, key, search->best_len)))
			return addr;
		search->best_len = rule->shorter;
		if (!rule->shorter || rule->shorter > key->path_len + 1)
			return 0;
		prefix = map_hash(map_header(map), kind, hash, text,
				  rule->shorter);
		addr = MAP_FIND(map, prefix, kind, id, text, rule->shorter);
	}
	return 0;
}

/* The host records of one level: in the map, and in its base. */
struct map_level_hosts {
	__u32 own, below;
};

/* The longest prefix of a level, "/" aside; with search.fold one of those with
 * case=ignore.
 *
 * Every path is searched as if a '/' followed it: "/blog/" is so found as a
 * prefix of "/blog", and the remainder is empty.
 */
MAP_INLINE __u32 map_prefix(const struct map *map,
			    const struct map_level_hosts *hosts, __u64 hash,
			    struct map_key *key)
{
	const struct map *base = MAP_BASE(map);
	__u32 addr = 0, below = 0, best_len = 0;
	__u64 len = key->path_len;
	__u8 *text = map_key_path(key, key->search.fold), after;

	LOOP_KEEP(len);
	if (len > LIMIT_PATH)
		return 0;
	after = text[len];
	text[len] = '/';
	if (hosts->own) {
		addr = MAP_LONGEST(map, 0, hosts->own, hash, key);
		best_len = key->search.best_len;
	}
	if (base && hosts->below)
		below = MAP_LONGEST(base, map, hosts->below, hash, key);
	key->search.base = below && (!addr || key->search.best_len > best_len);
	if (!key->search.base)
		key->search.best_len = best_len;
	len = key->path_len;
	LOOP_KEEP(len);
	if (len > LIMIT_PATH)
		return 0;
	text[len] = after;
	return key->search.base ? below : addr;
}

/* The rule of a level's prefix "/", or 0. */
MAP_INLINE __u32 map_whole(const struct map *map,
			   const struct map_level_hosts *hosts,
			   struct map_key *key)
{
	const struct map *base = MAP_BASE(map);
	__u32 flags = MAP_HOST_BELOW;

	key->search.base = 0;
	if (hosts->own)
		flags = ((const struct map_host *)map_record(map, hosts->own))
				->flags;
	if (flags & MAP_HOST_WHOLE)
		return hosts->own;
	if (!base || !hosts->below || !(flags & MAP_HOST_BELOW))
		return 0;
	key->search.base = 1;
	flags = ((const struct map_host *)map_record(base, hosts->below))
			->flags;
	return flags & MAP_HOST_WHOLE ? hosts->below : 0;
}

/* A host's record of a level that has any, in an overlay or in the map. */
MAP_INLINE const struct map_host *
map_level_host(const struct map *map, const struct map_level_hosts *hosts)
{
	const struct map *has = hosts->own ? map : MAP_BASE(map);

	if (!has)
		return 0;
	return (const void *)map_record(has,
					hosts->own ? hosts->own : hosts->below);
}

/*
 * map_level - the rule that wins on one host level
 * @hash: of the host
 *
 * Exact path with query, exact path, the longest prefix. Its address or 0.
 * Where rules are in it that are found in other ways, 0 with search.more.
 */
MAP_INLINE __u32 map_level(const struct map *map,
			   const struct map_level_hosts *hosts, __u64 hash,
			   struct map_key *key)
{
	const struct map_host *host = map_level_host(map, hosts);
	__u32 flags, id, addr = 0;

	if (!host)
		return 0;
	flags = host->flags;
	id = host->rule.host;
	if (flags & MAP_HOST_MORE) {
		key->search.more = 1;
		return 0;
	}
	if (key->has_query && flags & MAP_HOST_QUERY)
		addr = map_path(map, MAP_KIND_EXACT, hash, id, key,
				key->path_len + 1 + key->query_len);
	if (!addr && flags & MAP_HOST_EXACT)
		addr = map_path(map, MAP_KIND_EXACT, hash, id, key,
				key->path_len);
	if (!addr)
		addr = map_prefix(map, hosts, hash, key);
	if (!addr)
		addr = map_whole(map, hosts, key);
	return addr;
}

/* The rule that wins on the level of a name, or 0. */
MAP_NOINLINE __u32 map_name(const struct map *map, int kind, const __u8 *name,
			    __u32 len, struct map_key *key)
{
	const struct map_header *header = map_header(map);
	__u64 hash = map_hash(header, kind, 0, name, len);
	const struct map *base = MAP_BASE(map);
	struct map_level_hosts hosts = {0};

	if (!map_place(map, kind, hash) &&
	    !(base && map_place(base, kind, hash)))
		return 0;
	/* Its record is fetched while the host is compared. */
	map_ahead(base ? base : map, MAP_KIND_EXACT,
		  map_hash(header, MAP_KIND_EXACT, hash, key->path,
			   key->path_len));
	hosts.own = MAP_FIND(map, hash, kind, 0, name, len);
	if (base)
		hosts.below = MAP_FIND(base, hash, kind, 0, name, len);
	if (!hosts.own && !hosts.below)
		return 0;
	key->search.own = hosts.own;
	key->search.below = hosts.below;
	key->search.hash = hash;
	return map_level(map, &hosts, hash, key);
}

/* Whether a map is a small one over another. */
MAP_INLINE int map_is_overlay(const struct map_header *header)
{
	return header->base[0] != 0;
}

/* Whether the map has a wildcard of that many labels. */
MAP_INLINE int map_wild(const struct map_header *header, __u32 labels)
{
	return labels < MAP_DEPTH_FIRST &&
	       header->wild[labels / 64] >> (labels % 64) & 1;
}

/* Whether the map has rules with first=yes. */
MAP_INLINE int map_first(const struct map_header *header)
{
	return header->wild[MAP_DEPTH_FIRST / 64] >> (MAP_DEPTH_FIRST % 64) & 1;
}

#endif
