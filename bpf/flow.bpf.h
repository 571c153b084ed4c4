/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FLOW_BPF_H
#define FLOW_BPF_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "flow.h"
#include "maps.bpf.h"
#include "scratch.bpf.h"

/* The memory of flows (flow.h). packet->hash is flow_hash(). */

static __always_inline __u64 *flow_find(const struct packet *p,
					enum flow_state state)
{
	__u32 at = flow_place(p->hash, state);

	return bpf_map_lookup_elem(&flows, &at);
}

/* The entry, or 0. An entry from before this program was loaded, or from the
 * same second, does not count: the kernel may have got the connection
 * meanwhile. */
static __always_inline __u64 flow_ours(const struct packet *p)
{
	const __u64 *entry = flow_find(p, FLOW_OURS);
	__u64 limit = p->seconds - loaded_at;

	if (limit > FLOW_OURS_SECONDS)
		limit = FLOW_OURS_SECONDS;
	return entry && flow_holds(*entry, p->hash, p->seconds, limit) ? *entry
								       : 0;
}

/* Whether a flow was handed over, and has not begun again since. */
static __always_inline int flow_handed(const struct packet *p)
{
	const __u64 *entry = flow_find(p, FLOW_HANDED);

	return entry &&
	       flow_holds(*entry, p->hash, p->seconds, FLOW_HANDED_SECONDS) &&
	       !flow_ours(p);
}

/* number: of a SYN that was answered, its own; else 0. */
static __always_inline void flow_keep(const struct packet *p,
				      enum flow_state state, __u32 number)
{
	__u64 *entry = flow_find(p, state);

	if (entry)
		*entry = flow_entry(p->hash,
				    flow_number(number) |
					    flow_counts(*entry, p->hash,
							p->seconds,
							state == FLOW_OURS),
				    p->seconds);
}

/* Drop the entry, but for what it counts. Another processor may do so at the
 * same time. */
static __always_inline void flow_forget(const struct packet *p,
					enum flow_state state)
{
	const __u64 gone = 1ULL << FLOW_GONE_AT;
	__u64 *entry = flow_find(p, state);

	if (entry && flow_same(*entry, p->hash))
		*entry = (*entry & ~gone) | (~p->hash & gone);
}

/* How often the flow of a request was answered in this second. packet->counts
 * receives what flow_keep_answer() and flow_keep_handed() write. */
static __always_inline enum flow_often flow_often(struct packet *p)
{
	const __u64 *entry = flow_find(p, FLOW_OURS);

	return flow_count(entry ? *entry : 0, p->hash, p->seconds, p->seq - 1,
			  p->ack - 1, &p->counts);
}

/* Note that the request was answered with len bytes and FIN. */
static __always_inline void flow_keep_answer(const struct packet *p, __u32 len)
{
	__u64 *entry = flow_find(p, FLOW_OURS);

	if (entry)
		*entry = flow_entry(p->hash,
				    flow_number(p->ack + len + 1) |
					    FLOW_ANSWERED | p->counts,
				    p->seconds);
}

/* Note that the kernel gets the connection of a request, which counts as an
 * answer: the connection may end, and the request come again. */
static __always_inline void flow_keep_handed(const struct packet *p)
{
	const __u64 gone = 1ULL << FLOW_GONE_AT;
	__u64 *entry = flow_find(p, FLOW_OURS);

	if (entry)
		*entry = flow_entry(p->hash ^ gone, p->counts, p->seconds);
	flow_keep(p, FLOW_HANDED, 0);
}

/* Whether the hand-over of a flow may be tried once more in this second. */
static __always_inline int flow_try(const struct packet *p)
{
	enum { TRIES = 3 };
	__u64 *entry = flow_find(p, FLOW_HANDED), next;

	if (!entry)
		return 0;
	next = flow_counts(*entry, p->hash, p->seconds, 0) +
	       (1 << FLOW_COUNT_AT);
	if ((next & FLOW_COUNT) > TRIES << FLOW_COUNT_AT)
		return 0;
	*entry = flow_entry(p->hash, next & FLOW_COUNTS, p->seconds);
	return 1;
}

#endif
