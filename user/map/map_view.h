/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_VIEW_H
#define MAP_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "hits.h"
#include "map.h"

/* Who lends memory that is a map, and wants to know when it is read no more. */
struct map_lender {
	void (*back)(const struct map_lender *lender, const uint8_t *memory);
};

/*
 * An open map as the lookup sees it. The mapping goes on with MAP_READ zeros
 * after the file, so that as much can be read wherever a section ends. Memory
 * that is lent (map_lent()) goes on with a page of them.
 */
struct map {
	const uint8_t *data;
	size_t mapped;		  /* bytes of address space */
	struct map_header header; /* a copy: checked once, never rewritten */
	struct map *lower;	  /* the one below an overlay, else NULL */
	unsigned int users;	  /* who opened it, and the overlays over it */
	const struct map_lender *lender; /* whose memory it is, or NULL */
	struct hit *hits; /* where it is counted (hits.h), or NULL */
	uint64_t release; /* for who opened it, to say what it is live as */
};

static inline const struct map_header *map_header(const struct map *map)
{
	return &map->header;
}

/* The zeros that are read where a section has ended. */
extern const uint8_t map_zeros[MAP_READ + MAP_SLACK];

static inline const __u8 *map_bytes(const struct map *map, int section_id,
				    __u64 at, __u32 len)
{
	const struct map_section *section = &map->header.section[section_id];

	if (at > section->size || len > section->size - at)
		return map_zeros;
	return map->data + section->offset + at;
}

struct map_key;

/*
 * map_view_find, map_view_longest - map_find() and map_longest_left()
 *
 * Functions of their own, which whatever includes this calls: else each object
 * would have the whole lookup. One that defines MAP_VIEW_INLINE before has it.
 */
uint32_t map_view_find(const struct map *map, uint64_t hash, int kind,
		       uint32_t id, const uint8_t *key, uint32_t len);
uint32_t map_view_longest(const struct map *map, const struct map *over,
			  uint32_t host, uint64_t hash, struct map_key *key);

#define MAP_BASE(map) ((map)->lower)
#define MAP_PREFETCH(pointer) __builtin_prefetch(pointer)
#ifndef MAP_VIEW_INLINE
#define MAP_FIND map_view_find
#define MAP_LONGEST map_view_longest
#endif
#include "lookup.h"

/* Which of a map and its lower map the address that a lookup returned is of. */
static inline const struct map *map_found(const struct map *map,
					  const struct map_key *key)
{
	return key->search.base && map->lower ? map->lower : map;
}

/* Where it is counted that the rule won which a lookup of key found, or NULL. */
static inline struct hit *map_hit(const struct map *map,
				  const struct map_key *key, uint32_t addr,
				  enum hits_class class)
{
	const struct map *of = map_found(map, key);
	struct hit *hits = __atomic_load_n(&of->hits, __ATOMIC_RELAXED);
	uint64_t at = hits_index(&of->header, addr);

	if (!hits || at == HITS_NONE)
		return NULL;
	return hits + class * hits_entries(&of->header) + at;
}

#endif
