/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "hash.h"
#include "limit.h"
#include "map.h"

/*
 * The lookup in the redirect map, for both sides. Before it is included, each
 * side declares struct map and defines
 *
 *   const struct map_header *map_header(const struct map *map);
 *   const __u8 *map_chunk(const struct map *map, int section, __u32 index);
 *
 * and may define MAP_PREFETCH(pointer), for a side that can.
 *
 * map_chunk() gives MAP_CHUNK readable bytes, or NULL for an index outside the
 * section. Whatever the map holds, nothing is read outside its chunks, and
 * every loop ends. It compiles for BPF; the verifier has not judged it yet.
 */

#ifndef MAP_PREFETCH
#define MAP_PREFETCH(pointer) ((void)(pointer))
#define MAP_AHEAD 0
#define MAP_AHEAD_GROUPS ~0u
#else
#define MAP_AHEAD 16 /* slots fetched ahead of a search, in a map of ... */
#define MAP_AHEAD_GROUPS 65536 /* ... so many groups */
#endif

#define MAP_INLINE static inline __attribute__((always_inline))

/*
 * A request in normal form. Both texts are read in words of 8
 * bytes: up to 8 bytes behind them are read, and do not matter.
 *
 * host: lower case, without port; host_len 0: the request has none
 * path: begins with '/'; if has_query, '?' and the query follow it directly
 */
struct map_key {
	__u32 host_len;
	__u32 path_len;	 /* without the query */
	__u32 query_len; /* without the '?' */
	__u32 has_query;
	__u8 host[LIMIT_HOST + 3 + 8];
	__u8 path[LIMIT_PATH + 16];
};

MAP_INLINE __u64 map_word(const __u8 *at)
{
	__u64 word;

	__builtin_memcpy(&word, at, sizeof(word));
	return word;
}

/* A word of which only the first len bytes (1 to 8) count, zeros behind. */
MAP_INLINE __u64 map_word_cut(__u64 word, __u32 len)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return len < 8 ? word & ((1ULL << (len * 8)) - 1) : word;
#else
	return len < 8 ? word & ~(~0ULL >> (len * 8)) : word;
#endif
}

/*
 * map_hash - the hash of a key
 * @host: for paths, the hash of their host; else 0
 */
MAP_INLINE __u64 map_hash(const struct map_header *header, int kind, __u64 host,
			  const __u8 *key, __u32 len)
{
	__u32 i, words = len / 8;
	__u64 sum = 0;

	for (i = 0; i < LIMIT_PATH / 8 + 1; i++) {
		if (i >= words)
			break;
		sum = hash_word(&header->hash_key, sum, i,
				map_word(key + i * 8));
	}
	if (len % 8)
		sum = hash_word(&header->hash_key, sum, i,
				map_word_cut(map_word(key + i * 8), len % 8));
	return hash_end(sum, host + ((__u64)kind << 32 | len));
}

/* Whether len bytes at an offset of a chunk are the key's. */
MAP_INLINE int map_equal(const __u8 *chunk, __u32 at, const __u8 *key,
			 __u32 len)
{
	__u32 i, words = len / 8;

	for (i = 0; i < LIMIT_PATH / 8 + 1; i++, at += 8) {
		if (i >= words || at > MAP_CHUNK - 8)
			break;
		if (map_word(chunk + at) != map_word(key + i * 8))
			return 0;
	}
	if (at > MAP_CHUNK - 8)
		return 0;
	return !(len % 8) ||
	       !map_word_cut(map_word(chunk + at) ^ map_word(key + i * 8),
			     len % 8);
}

/* The chunk that a record is in; *at receives the record's place in it, such
 * that a header of 16 bytes fits behind. NULL for a bad address. */
MAP_INLINE const __u8 *map_record(const struct map *map, __u32 addr, __u32 *at)
{
	*at = (addr << 3) & (MAP_CHUNK - 1);
	if (!addr || *at > MAP_CHUNK - 16)
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

/* Whether the record at addr is the one that the key asks for. */
MAP_INLINE int map_is(const struct map *map, __u32 addr, int kind, __u32 id,
		      const __u8 *key, __u32 len)
{
	__u32 at, wanted;
	const struct map_host *host;
	const struct map_rule *rule;
	const __u8 *chunk;

	chunk = map_record(map, addr, &at);
	if (!chunk)
		return 0;
	if (kind >= MAP_KIND_EXACT) {
		rule = (const void *)(chunk + at);
		wanted = kind == MAP_KIND_PREFIX ? MAP_RULE_PREFIX : 0;
		return rule->host == id && rule->key_len == len &&
		       (rule->flags & MAP_RULE_PREFIX) == wanted &&
		       map_equal(chunk, at + sizeof(*rule), key, len);
	}
	host = (const void *)(chunk + at);
	wanted = kind == MAP_KIND_WILD ? MAP_HOST_WILD : 0;
	return host->name_len == len &&
	       (host->flags & MAP_HOST_WILD) == wanted &&
	       map_equal(chunk, at + sizeof(*host) + host->lengths * 2u, key,
			 len);
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

/* Whether slots and groups are to be fetched ahead: they do not stay in the
 * caches of a core. */
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
	return chunk ? (const void *)(chunk + ((n << 3) & (MAP_CHUNK - 1))) : 0;
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
	__u32 at, i, tag = hash, bits = map_filter(hash);
	const struct map_group *group;
	const __u8 *chunk;

	if (!slot || (slot->filter & bits) != bits)
		return 0;
	chunk = map_record(map, slot->addr, &at);
	if (!chunk)
		return 0;
	group = (const void *)(chunk + at);
	if (map_large(map))
		for (i = 0; i < 6; i++)
			MAP_PREFETCH(chunk + at + i * 64);
	at += sizeof(*group);
	for (i = 0; i < MAP_GROUP_MAX; i++, at += sizeof(struct map_entry)) {
		const struct map_entry *entry = (const void *)(chunk + at);

		if (i >= group->count ||
		    at > MAP_CHUNK - sizeof(struct map_entry))
			break;
		if (entry->tag == tag &&
		    map_is(map, entry->addr, kind, id, key, len))
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

	return map_find(map, hash, kind, id, key, len);
}

/* Number i of a host's prefix lengths, which begin at an offset. */
MAP_INLINE __u32 map_length(const __u8 *chunk, __u32 at, __u32 i)
{
	at += i * 2;
	return at > MAP_CHUNK - 2 ? ~0u : *(const __u16 *)(chunk + at);
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
	const struct map_host *host = (const void *)(chunk + at);
	__u32 low = 0, high = host->lengths, id = host->id;
	__u32 best = 0, best_len = 0, len = key->path_len, i;
	__u8 behind;

	if (len > LIMIT_PATH)
		return 0;
	behind = key->path[len];
	key->path[len] = '/';
	at += sizeof(*host);
	if (map_large(map))
		for (i = 0; i < MAP_AHEAD && i < high; i++)
			if (map_length(chunk, at, i) <= len + 1)
				map_ahead(map, MAP_KIND_PREFIX, hash, key->path,
					  map_length(chunk, at, i));
	for (i = 0; i < MAP_SEARCH_MAX && low < high; i++) {
		__u32 middle = (low + high) / 2, addr = 0, in;
		__u32 length = map_length(chunk, at, middle);
		const struct map_rule *rule;
		const __u8 *record;

		if (length <= len + 1)
			addr = map_path(map, MAP_KIND_PREFIX, hash, id,
					key->path, length);
		record = map_record(map, addr, &in);
		if (!record) {
			high = middle;
			continue;
		}
		low = middle + 1;
		rule = (const void *)(record + in);
		if (!(rule->flags & MAP_RULE_MARKER)) {
			best = addr;
			best_len = length;
		} else if (rule->answer > best_len) {
			best = 0;
			best_len = rule->answer;
		}
	}
	if (!best && best_len && best_len <= len + 1)
		best = map_path(map, MAP_KIND_PREFIX, hash, id, key->path,
				best_len);
	key->path[len] = behind;
	return best;
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
	__u32 at, addr = 0;
	const __u8 *chunk;

	chunk = map_record(map, host_addr, &at);
	if (!chunk)
		return 0;
	host = (const void *)(chunk + at);
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
MAP_INLINE __u32 map_name(const struct map *map, int kind, const __u8 *name,
			  __u32 len, struct map_key *key)
{
	__u64 hash = map_hash(map_header(map), kind, 0, name, len);
	__u32 host;

	/* The slot that is asked for next comes while the host is found. */
	map_ahead(map, MAP_KIND_EXACT, hash, key->path, key->path_len);
	host = map_find(map, hash, kind, 0, name, len);
	return host ? map_level(map, host, hash, key) : 0;
}

/* Whether the map has a wildcard of that many labels. */
MAP_INLINE int map_wild(const struct map_header *header, __u32 labels)
{
	return labels < MAP_DEPTHS &&
	       header->wild[labels / 64] >> (labels % 64) & 1;
}

/* Look among the wildcard parents, from the longest to "*". */
MAP_INLINE __u32 map_parents(const struct map *map, struct map_key *key)
{
	const struct map_header *header = map_header(map);
	__u32 labels = 0, i, addr;

	if (!header->wild[0] && !header->wild[1])
		return 0;
	for (i = 0; i < LIMIT_HOST; i++) {
		if (i >= key->host_len)
			break;
		labels += key->host[i] == '.';
	}
	if (key->host[0] == '[')
		labels = 0; /* an IPv6 address is no name with parents */
	for (i = 0; i < LIMIT_HOST; i++) {
		if (i >= key->host_len || !labels)
			break;
		if (key->host[i] != '.')
			continue;
		if (map_wild(header, labels)) {
			addr = map_name(map, MAP_KIND_WILD, key->host + i + 1,
					key->host_len - i - 1, key);
			if (addr)
				return addr;
		}
		labels--;
	}
	if (!map_wild(header, 0))
		return 0;
	return map_name(map, MAP_KIND_WILD, key->host, 0, key);
}

/*
 * map_lookup - the rule that wins for a request
 *
 * Returns the address of its map_rule, or 0 for a miss. The key's bytes are
 * changed during the call and are the same after it.
 */
MAP_INLINE __u32 map_lookup(const struct map *map, struct map_key *key)
{
	__u32 addr = 0;

	if (!key->path_len || key->host_len > LIMIT_HOST)
		return 0;
	if (key->host_len)
		addr = map_name(map, MAP_KIND_HOST, key->host, key->host_len,
				key);
	return addr ? addr : map_parents(map, key);
}

#endif
