/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LIVE_MAP_BPF_H
#define LIVE_MAP_BPF_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "fastpath.h"
#include "map.h"
#include "maps.bpf.h"
#include "scratch.bpf.h"

/*
 * The live map for the lookup. A request that looks into the outer map again
 * compares what it finds with what it found first (scratch->array), so that no
 * answer is made of two releases.
 */
struct map {
	void *array;
	const struct map_header *header;
};

/* A release is two of them, an overlay and its base; or the first alone. */
#define MAP_BASE(map) ((map)[1].array ? &(map)[1] : 0)

static __always_inline const struct map_header *
map_header(const struct map *map)
{
	return map->header;
}

static __always_inline const __u8 *map_chunk(const struct map *map, int section,
					     __u32 index)
{
	index += map->header->section[section].offset >> MAP_CHUNK_SHIFT;
	return bpf_map_lookup_elem(map->array, &index);
}

/* Returns 0, or -1 when the slot of the outer map is empty. */
static __always_inline int map_slot_open(struct map *map, __u32 slot)
{
	__u32 zero = 0;

	map->array = bpf_map_lookup_elem(&releases, &slot);
	if (!map->array)
		return -1;
	map->header = bpf_map_lookup_elem(map->array, &zero);
	return map->header ? 0 : -1;
}

/* Open the base of an overlay as map[1]; *slot receives its slot, which does
 * not change while a program may use the overlay. Returns 0, also for a map
 * without base, or -1 if the base is missing. */
static __always_inline int map_under(struct map *map, __u32 *slot)
{
	const struct fast_loaded *loaded;

	map[1].array = 0;
	if (!map->header->base[0])
		return 0;
	loaded = (const void *)map->header + FAST_LOADED_AT;
	*slot = loaded->base;
	return map_slot_open(&map[1], loaded->base);
}

/* Returns 0, or -1 when no release is loaded. */
static __always_inline int map_live(struct map *map)
{
	return map_slot_open(map, 0);
}

/* A function of its own, so that the verifier checks map_find() only once. The
 * header is the only pointer that can be passed to it: the text is that of the
 * key in hand, by kind, and key->search says which of two maps is searched. */
__u32 live_map_find(const struct map_header *header, __u64 hash, __u32 kind,
		    __u32 id, __u32 len);

#define MAP_FIND(map, hash, kind, id, text, len) \
	live_map_find((map)->header, hash, kind, id, len)

/* A load whose value nobody waits for. */
#define MAP_PREFETCH(pointer)                               \
	({                                                  \
		const void *at_ = (pointer);                \
		__u64 ahead_;                               \
		if (at_)                                    \
			asm volatile("%0 = *(u8 *)(%1 + 0)" \
				     : "=r"(ahead_)         \
				     : "r"(at_));           \
	})
#define MAP_AHEAD 0

#include "lookup.h"

/* Notes if the map has changed since the request began: no answer is made of
 * two releases. */
__noinline __u32 live_map_find(const struct map_header *header, __u64 hash,
			       __u32 kind, __u32 id, __u32 len)
{
	struct scratch *s = scratch_get();
	const __u8 *text;
	struct map map;
	__u32 slot;

	if (!s || !header)
		return 0;
	slot = s->key.search.base ? s->base_slot : 0;
	map.header = header;
	map.array = bpf_map_lookup_elem(&releases, &slot);
	if (!map.array || (__u64)map.array != (slot ? s->base : s->array)) {
		s->switched = 1;
		return 0;
	}
	text = kind >= MAP_KIND_EXACT
		       ? s->key.path
		       : s->key.host + (s->key.search.name & 255);
	return map_find(&map, hash, kind, id, text, len);
}

#endif
