/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_VIEW_H
#define MAP_VIEW_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

/*
 * An open map as the lookup sees it. The mapping goes on for one chunk of
 * zeros behind the file, so that a whole chunk can be read wherever one
 * begins.
 */
struct map {
	const uint8_t *data;
	size_t mapped;		  /* bytes of address space */
	struct map_header header; /* a copy: checked once, never rewritten */
	uint32_t chunks[MAP_SECTIONS];
	struct map *lower;  /* the one below an overlay, else NULL */
	unsigned int users; /* who opened it, and the overlays over it */
};

static inline const struct map_header *map_header(const struct map *map)
{
	return &map->header;
}

static inline const uint8_t *map_chunk(const struct map *map, int section,
				       uint32_t index)
{
	if (index >= map->chunks[section])
		return NULL;
	return map->data + map->header.section[section].offset +
	       ((size_t)index << MAP_CHUNK_SHIFT);
}

#define MAP_BASE(map) ((map)->lower)
#define MAP_PREFETCH(pointer) __builtin_prefetch(pointer)
#include "lookup.h"

/* Which of a map and its lower map the address that a lookup returned is of. */
static inline const struct map *map_found(const struct map *map,
					  const struct map_key *key)
{
	return key->search.base && map->lower ? map->lower : map;
}

/* The record at an address of a map. */
static inline const struct map_rule *map_rule_at(const struct map *map,
						 uint32_t addr)
{
	__u64 at;
	const uint8_t *chunk = map_record(map, addr, &at);

	return chunk ? (const struct map_rule *)(chunk + at) : NULL;
}

#endif
