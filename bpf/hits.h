/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HITS_H
#define HITS_H

#include <linux/types.h>

#include "map.h"

/*
 * Hits: how often a rule of a map won, and when last. A server counts beside the
 * map, by the number of the record's slot: the memory of a class is one struct
 * hit for each slot of the hosts, then one for each slot of the rules. The fast
 * path counts in the records of the map that it has in its own memory, where that
 * costs no access to other memory; what it has counted is read as such entries.
 * What is counted in a host's record is of its rule of the prefix "/".
 *
 * A count only grows, and wraps: what came since it was last read is the
 * difference, modulo 2^32.
 */
struct hit {
	__u32 count;
	__u32 last; /* in seconds of Unix time; 0: never */
};

/* By the request's method. The fast path has the first only. */
enum hits_class {
	HITS_GET, /* GET and HEAD */
	HITS_OTHER,
	HITS_CLASSES,
};

#define HITS_NONE (~0ULL)

#define HITS_INLINE static inline __attribute__((always_inline))

HITS_INLINE __u64 hits_slots(const struct map_header *header, int table)
{
	return header->section[MAP_HOST_SLOTS + 2 * table].size >>
	       (header->table[table].slot_shift & 15);
}

/* How many entries a class of a map has. */
HITS_INLINE __u64 hits_entries(const struct map_header *header)
{
	return hits_slots(header, MAP_TABLE_HOSTS) +
	       hits_slots(header, MAP_TABLE_RULES);
}

/* The entry of a record by its address; HITS_NONE for an address that is
 * none. */
HITS_INLINE __u64 hits_index(const struct map_header *header, __u32 addr)
{
	__u64 hosts = hits_slots(header, MAP_TABLE_HOSTS);
	__u64 slot = (__u32)((addr & ~MAP_ADDR_HOST) - 1);

	if (addr & MAP_ADDR_HOST)
		return slot < hosts ? slot : HITS_NONE;
	return slot < hits_slots(header, MAP_TABLE_RULES) ? hosts + slot
							  : HITS_NONE;
}

/* The address of an entry's record; 0 behind the last one. */
HITS_INLINE __u32 hits_addr(const struct map_header *header, __u64 index)
{
	__u64 hosts = hits_slots(header, MAP_TABLE_HOSTS);

	if (index < hosts)
		return (__u32)(index + 1) | MAP_ADDR_HOST;
	return index < hits_entries(header) ? index - hosts + 1 : 0;
}

/*
 * The time of the last hit as a record has it: the lower 16 bits of it in units of
 * 16 seconds, and what these are at a time that is not before it. Where a rule is
 * not read for 12 days, it may be taken for a later one.
 */
HITS_INLINE __u16 hits_time(__u64 seconds)
{
	return (__u16)(seconds >> 4);
}

HITS_INLINE __u32 hits_seconds(__u16 time, __u64 now)
{
	enum { AHEAD = 64 }; /* clocks may differ by as much */
	__u64 units = (now >> 4) + AHEAD;

	units -= (__u16)(units - time);
	return (__u32)(units << 4 > now ? now : units << 4);
}

_Static_assert(sizeof(struct hit) == 8, "layout");

#endif
