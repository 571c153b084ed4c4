/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "limits.h"
#include "map.h"
#include "siphash.h"

/*
 * The lookup in the redirect map, for both sides. Before it is included, each
 * side declares struct map and defines
 *
 *   const struct map_header *map_header(const struct map *map);
 *   const __u8 *map_chunk(const struct map *map, int section, __u32 index);
 *
 * map_chunk() gives MAP_CHUNK readable bytes, or NULL for an index outside the
 * section. Whatever the map holds, nothing is read outside its chunks, and
 * every loop ends.
 */

#define MAP_INLINE static inline __attribute__((always_inline))

/*
 * A request in normal form . Both texts are read in words of 8
 * bytes: up to 8 bytes behind them are read, and do not matter.
 *
 * host: lower case, without port; host_len 0: the request has none
 * path: begins with '/'; if has_query, '?' and the query follow it directly
 */
struct map_key {
	__u32 host_len;
	__u32 path_len; /* without the query */
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

/* The hash of a key: its kind, host and length, then its bytes. */
MAP_INLINE __u64 map_hash(const struct map_header *header, int kind,
			  __u32 host, const __u8 *key, __u32 len)
{
	struct siphash s;
	__u32 i;

	siphash_init(&s, header->hash_key);
	siphash_word(&s, (__u64)host << 32 | (__u64)kind << 16 | len);
	for (i = 0; i < LIMIT_PATH + 8; i += 8) {
		if (i >= len)
			break;
		siphash_word(&s, map_word_cut(map_word(key + i), len - i));
	}
	return siphash_end(&s, 1 + (len + 7) / 8);
}

/* Whether len bytes at an offset of a chunk are the key's. */
MAP_INLINE int map_equal(const __u8 *chunk, __u32 at, const __u8 *key,
			 __u32 len)
{
	__u32 i;

	for (i = 0; i < LIMIT_PATH + 8; i += 8) {
		__u64 word;

		if (i >= len)
			return 1;
		if (at + i > MAP_CHUNK - 8)
			return 0;
		word = map_word(chunk + at + i) ^ map_word(key + i);
		if (map_word_cut(word, len - i))
			return 0;
	}
	return 0;
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

/* Whether the record at addr is the one that the key asks for. */
MAP_INLINE int map_is(const struct map *map, __u32 addr, int kind, __u32 id,
		      const __u8 *key, __u32 len)
{
	__u32 at, prefix = kind == MAP_KIND_PREFIX;
	const struct map_rule *rule;
	const __u8 *chunk;

	chunk = map_record(map, addr, &at);
	if (!chunk)
		return 0;
	if (kind == MAP_KIND_HOST || kind == MAP_KIND_WILD) {
		const struct map_host *host = (const void *)(chunk + at);
		__u32 wild = kind == MAP_KIND_WILD;

		return host->name_len == len &&
		       (host->flags & MAP_HOST_WILD) == wild &&
		       map_equal(chunk, at + sizeof(*host) + host->lengths * 2u,
				 key, len);
	}
	rule = (const void *)(chunk + at);
	if (rule->host != id || rule->key_len != len ||
	    (rule->flags & MAP_RULE_PREFIX) != prefix)
		return 0;
	if (rule->flags & MAP_RULE_MARKER) {
		const struct map_marker *marker = (const void *)rule;

		chunk = map_record(map, marker->like, &at);
		if (!chunk)
			return 0;
		rule = (const void *)(chunk + at);
		if (rule->host != id || rule->key_len < len)
			return 0;
	}
	return map_equal(chunk, at + sizeof(*rule), key, len);
}

/*
 * map_probe - find the record of a key
 * @id: the host's number, for paths
 *
 * Returns its address, or 0.
 */
MAP_INLINE __u32 map_probe(const struct map *map, int kind, __u32 id,
			   const __u8 *key, __u32 len)
{
	const struct map_header *header = map_header(map);
	int section = kind >= MAP_KIND_EXACT ? MAP_PATHS : MAP_HOSTS;
	const struct map_table *table =
		section == MAP_PATHS ? &header->paths : &header->hosts;
	__u64 hash = map_hash(header, kind, id, key, len);
	__u32 tag = hash, probe, slot, n;

	n = (hash >> 32) * table->buckets >> 32;
	for (probe = 0; probe < MAP_PROBES_MAX; probe++, n++) {
		const struct map_bucket *bucket;
		const __u8 *chunk;

		if (probe >= table->probes)
			break;
		if (n >= table->buckets)
			n = 0;
		chunk = map_chunk(map, section, n >> (MAP_CHUNK_SHIFT - 6));
		if (!chunk)
			break;
		bucket = (const void *)(chunk +
					((n << 6) & (MAP_CHUNK - 1)));
		for (slot = 0; slot < MAP_SLOTS; slot++) {
			if (bucket->tag[slot] != tag || !bucket->addr[slot])
				continue;
			if (map_is(map, bucket->addr[slot], kind, id, key, len))
				return bucket->addr[slot];
		}
		if (!bucket->addr[MAP_SLOTS - 1])
			break;
	}
	return 0;
}

/*
 * map_longest - the longest prefix rule of a host, "/" aside
 *
 * Every path is searched as if a '/' followed it: "/blog/" is so found as a
 * prefix of "/blog", and the remainder is empty.
 */
MAP_INLINE __u32 map_longest(const struct map *map, const __u8 *chunk, __u32 at,
			     struct map_key *key)
{
	const struct map_host *host = (const void *)(chunk + at);
	__u32 low = 0, high = host->lengths, id = host->id;
	__u32 best = 0, len = key->path_len, i;
	__u8 behind;

	if (len > LIMIT_PATH)
		return 0;
	behind = key->path[len];
	key->path[len] = '/';
	at += sizeof(*host);
	for (i = 0; i < MAP_SEARCH_MAX && low < high; i++) {
		__u32 middle = (low + high) / 2, addr, found;
		__u16 length;

		if (at + middle * 2 > MAP_CHUNK - 2)
			break;
		length = *(const __u16 *)(chunk + at + middle * 2);
		addr = length > len + 1 ? 0
					: map_probe(map, MAP_KIND_PREFIX, id,
						    key->path, length);
		if (!addr) {
			high = middle;
			continue;
		}
		low = middle + 1;
		{
			__u32 in;
			const __u8 *record = map_record(map, addr, &in);
			const struct map_marker *marker;

			if (!record)
				break;
			marker = (const void *)(record + in);
			found = marker->flags & MAP_RULE_MARKER ? marker->best
								: addr;
		}
		if (found)
			best = found;
	}
	key->path[len] = behind;
	return best;
}

/* The rule that wins on one host level, or 0: exact path with query, exact
 * path, the longest prefix. */
MAP_INLINE __u32 map_level(const struct map *map, __u32 host_addr,
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
		addr = map_probe(map, MAP_KIND_EXACT, host->id, key->path,
				 key->path_len + 1 + key->query_len);
	if (!addr && host->flags & MAP_HOST_EXACT)
		addr = map_probe(map, MAP_KIND_EXACT, host->id, key->path,
				 key->path_len);
	if (!addr && host->lengths)
		addr = map_longest(map, chunk, at, key);
	if (!addr && host->flags & MAP_HOST_WHOLE)
		addr = host_addr + map_host_size(host) / 8;
	return addr;
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
	__u32 labels = 0, i, host, addr;

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
			host = map_probe(map, MAP_KIND_WILD, 0,
					 key->host + i + 1,
					 key->host_len - i - 1);
			addr = host ? map_level(map, host, key) : 0;
			if (addr)
				return addr;
		}
		labels--;
	}
	if (!map_wild(header, 0))
		return 0;
	host = map_probe(map, MAP_KIND_WILD, 0, key->host, 0);
	return host ? map_level(map, host, key) : 0;
}

/*
 * map_lookup - the rule that wins for a request
 *
 * Returns the address of its map_rule, or 0 for a miss. The key's bytes are
 * changed during the call and are the same after it.
 */
MAP_INLINE __u32 map_lookup(const struct map *map, struct map_key *key)
{
	__u32 host, addr = 0;

	if (!key->path_len || key->host_len > LIMIT_HOST)
		return 0;
	if (key->host_len) {
		host = map_probe(map, MAP_KIND_HOST, 0, key->host,
				 key->host_len);
		if (host)
			addr = map_level(map, host, key);
	}
	return addr ? addr : map_parents(map, key);
}

#endif
