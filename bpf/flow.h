/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FLOW_H
#define FLOW_H

#include <linux/types.h>

#include "cookie.h"
#include "fastpath.h"
#include "hash.h"

/*
 * What is remembered of flows, so that the kernel is asked only once for a
 * connection that it does not have: that it has none; and that it was given one
 * a moment ago, and may not have got to it. Both are forgotten after seconds, or
 * when another flow takes the place.
 *
 * An entry, 0 for nothing:
 *
 *   32 high bits of the flow's hash | 16 low ones of the cookie | seconds (16)
 *
 * The cookie is that of the latest SYN-ACK: what a client acknowledges tells so
 * whether it has got more than that.
 *
 * The hash's low bits are its place: among the first FAST_FLOWS entries for
 * what is ours, among the others for what was handed over. So neither takes the
 * other's place, and an entry is written without being read.
 */
enum flow_state {
	FLOW_OURS,   /* the kernel has no such connection */
	FLOW_HANDED, /* it was given the connection */
};

enum {
	FLOW_OURS_SECONDS = 8,
	FLOW_HANDED_SECONDS = 2,
	FLOW_BITS = 32, /* that are no hash */
	FLOW_HALF = 0xffff,
};

#define FLOW_INLINE static inline __attribute__((always_inline))

/* A keyed hash of a flow's addresses. */
FLOW_INLINE __u64 flow_pair(const struct fast_flow *flow, int ipv4,
			    __u64 secret)
{
	__u64 word[4];

	if (ipv4)
		return hash_mix(secret ^ fast_ipv4(flow));
	__builtin_memcpy(word, flow, sizeof(word));
	secret = hash_mix(secret ^ word[0]);
	secret = hash_mix(secret ^ word[1]);
	secret = hash_mix(secret ^ word[2]);
	return hash_mix(secret ^ word[3]);
}

/* ... and of its ports, too, and of the interface: two networks may have the
 * same addresses. */
FLOW_INLINE __u64 flow_hash(const struct fast_flow *flow, int ipv4,
			    __u32 ifindex, const struct cookie_key *key)
{
	__u64 rest = (__u64)ifindex << 32 | (__u32)flow->client_port << 16 |
		     flow->server_port;

	return hash_mix((flow_pair(flow, ipv4, key->word[0]) + key->word[1]) ^
			rest);
}

FLOW_INLINE __u32 flow_place(__u64 hash, enum flow_state state)
{
	return (state == FLOW_HANDED ? FAST_FLOWS : 0) +
	       (hash & (FAST_FLOWS - 1));
}

FLOW_INLINE __u64 flow_entry(__u64 hash, __u32 cookie, __u64 seconds)
{
	return hash >> FLOW_BITS << FLOW_BITS | (cookie & FLOW_HALF) << 16 |
	       (seconds & FLOW_HALF);
}

/* Whether an entry is of the flow with that hash. */
FLOW_INLINE int flow_same(__u64 entry, __u64 hash)
{
	return !((entry ^ hash) >> FLOW_BITS);
}

/* Whether it is, and not older than so many seconds. */
FLOW_INLINE int flow_holds(__u64 entry, __u64 hash, __u64 now, __u32 seconds)
{
	return flow_same(entry, hash) && ((now - entry) & FLOW_HALF) < seconds;
}

/* Whether a segment of the entry's flow acknowledges more than the SYN-ACK with
 * that cookie: an answer, which is shorter than what 16 bits count. */
FLOW_INLINE int flow_further(__u64 entry, __u32 ack)
{
	return ((entry >> 16 ^ (ack - 1)) & FLOW_HALF) != 0;
}

#endif
