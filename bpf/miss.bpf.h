/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef MISS_BPF_H
#define MISS_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "date.bpf.h"
#include "listener.bpf.h"
#include "live_map.bpf.h"
#include "lookup_known.h"
#include "maps.bpf.h"
#include "miss.h"
#include "scratch.bpf.h"
#include "tap.bpf.h"

/* Misses of the fast path, in the memory of the CPU (miss.h). Only what goes to a
 * server that is not detour's is counted: detour's own counts by itself. */

/* Count the item of the key in hand. */
__noinline int miss_count(__u32 table)
{
	const struct miss_header *header;
	struct scratch *s = scratch_get();
	struct miss_bucket *bucket;
	__u32 at = 0, buckets;
	__u64 hash;

	header = bpf_map_lookup_elem(&misses, &at);
	if (!s || !header)
		return 0;
	buckets = header->buckets;
	if (!buckets || table >= MISS_TABLES)
		return 0;
	miss_item_make(&s->miss, &s->key, table);
	hash = miss_hash(&header->key, s->miss.text, s->miss.len,
			 s->miss.host_len, s->miss.cut);
	at = 1 + table * buckets + miss_bucket_of(buckets, hash);
	bucket = bpf_map_lookup_elem(&misses, &at);
	if (bucket)
		miss_add(bucket, hash, &s->miss, s->date_second);
	return 0;
}

__noinline int miss_known(void)
{
	struct scratch *s = scratch_get();

	return s ? map_known(s->map, &s->key) : 0;
}

/* No rule matches the request in hand, which the listener gets. */
static __always_inline void miss_take(struct xdp_md *ctx, struct scratch *s)
{
	__u32 table;

	if (listener_ours(ctx))
		return;
	if (tap_looks(s))
		tap_request(ctx, TAP_MISS);
	date_update(s);
	table = miss_known() ? MISS_KNOWN : 0;
	miss_count(table | MISS_HOSTS);
	miss_count(table | MISS_URLS);
}

#endif
