/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LIVE_HITS_BPF_H
#define LIVE_HITS_BPF_H

#include <linux/types.h>

#include "arena.bpf.h"
#include "fastpath.h"
#include "hits.h"
#include "lookup.h"
#include "scratch.bpf.h"

/*
 * Counting that a rule won, in its record: the line that the lookup has read is
 * in a cache, and one for itself would be in none where the map is large.
 */

/* Have scratch->hit be the place of a rule's record, 0 if it has none. It is where
 * slots begin, whatever the map says: no word there lies in two lines, which an
 * atomic access may not do. */
static __always_inline void live_hits_note(struct scratch *s,
					   const struct map *map, __u32 addr)
{
	const struct map_section *slots =
		&map_header(map)->section[map_slot_section(addr)];
	__u64 at = map_slot_at(map, addr);

	s->hit = 0;
	if (at < slots->size)
		s->hit = (map->place + slots->offset + at) >>
			 MAP_SLOT_SHIFT << MAP_SLOT_SHIFT;
}

/* Count a hit of it, at the second that scratch->date tells. */
static __always_inline void live_hits_add(struct scratch *s)
{
	struct map_rule *rule;

	if (s->hit < FAST_AREAS_AT)
		return;
	rule = arena_at(s->hit);
	__sync_fetch_and_add(&rule->hits, 1);
	rule->hit = hits_time(s->date_second);
}

#endif
