/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FLOW_BPF_H
#define FLOW_BPF_H

/* The memory of flows (flow.h). packet->hash is flow_hash(). */

static __always_inline __u64 *flow_find(const struct packet *p,
					enum flow_state state)
{
	__u32 at = flow_place(p->hash, state);

	return bpf_map_lookup_elem(&flows, &at);
}

/* What was kept before this program began, or in the same second, does not
 * count: since then the kernel may have been given the connection unseen. */
static __always_inline __u64 flow_ours(const struct packet *p)
{
	const __u64 *entry = flow_find(p, FLOW_OURS);
	__u64 limit = p->seconds - began;

	if (limit > FLOW_OURS_SECONDS)
		limit = FLOW_OURS_SECONDS;
	return entry && flow_holds(*entry, p->hash, p->seconds, limit) ? *entry
								       : 0;
}

/* Whether a flow was handed over, and has not begun anew since. */
static __always_inline int flow_handed(const struct packet *p)
{
	const __u64 *entry = flow_find(p, FLOW_HANDED);

	return entry &&
	       flow_holds(*entry, p->hash, p->seconds, FLOW_HANDED_SECONDS) &&
	       !flow_ours(p);
}

static __always_inline void flow_keep(const struct packet *p,
				      enum flow_state state, __u32 cookie)
{
	__u64 *entry = flow_find(p, state);

	if (entry)
		*entry = flow_entry(p->hash, cookie, p->seconds);
}

static __always_inline void flow_forget(const struct packet *p,
					enum flow_state state)
{
	__u64 *entry = flow_find(p, state);

	if (entry && flow_same(*entry, p->hash))
		*entry = 0;
}

#endif
