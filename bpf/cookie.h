/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef COOKIE_H
#define COOKIE_H

#include <linux/types.h>

#include "fastpath.h"
#include "hash.h"
#include "siphash.h"
#include "word.h"

/*
 * The cookie that stands for a connection while it has no state anywhere: the
 * initial sequence number of a SYN-ACK. SipHash-2-4 over addresses, ports, time
 * slot, our window's scale and the low bits of what is kept; the client's
 * initial sequence number is mixed into that:
 *
 *   13 bits of the mix | 14 bits of the hash | key (1) | slot (1) | kept (3)
 *
 * What is kept (kept.h) has 3 bits if the client has timestamps, which have
 * room for more. Without them it has 5: the two high ones go over the lowest of
 * the hash. One below 8 is so the same with and without.
 *
 * Whoever does not see the SYN-ACK has to guess 27 bits, or 25 of a client
 * without timestamps: the mix begins from all 64 bits of a hash that is another
 * for every connection and slot. 14 or 12 bits do not depend on the client's
 * number: by them a segment of our connection that is not its first, which came
 * early, is told from a segment of another connection. One in 2^13 of those
 * that come early looks like the first; what is remembered of the flow shows
 * it, too.
 *
 * A cookie holds in its own time slot and in the next, and where windows have
 * the same scale.
 */
enum {
	COOKIE_SLOT = 64, /* seconds */
	COOKIE_KEYS = 2,
	COOKIE_CLASSES = 8,
	COOKIE_KEPT = 32,
	COOKIE_BITS = 5,		     /* below the hash */
	COOKIE_MORE = 3 << COOKIE_BITS,	     /* two high bits of what is kept */
	COOKIE_FLOW = 0x3fff << COOKIE_BITS, /* the 14 bits of the hash */

	COOKIE_NONE = -1,  /* not ours, or not any more */
	COOKIE_EARLY = -2, /* ours, of another initial sequence number */
};

struct cookie_key {
	__u64 word[2];
};

/* Key number "current" signs; both verify. */
struct cookie_keys {
	__u64 current;
	__u64 rotated; /* CLOCK_BOOTTIME in seconds */
	struct cookie_key key[COOKIE_KEYS];
	/* Secrets that are never rotated: of the timestamps' offsets, and of
	 * what is remembered of flows. */
	__u64 clock;
	struct cookie_key flow;
};

_Static_assert(sizeof(struct cookie_keys) == 72, "layout");

#define COOKIE_INLINE static inline __attribute__((always_inline))

/*
 * The MSS that a class stands for; RFC 9293 3.7.1 gives the smallest, 536 for
 * IPv4 and 1,220 for IPv6, to a peer that names none.
 */
COOKIE_INLINE __u32 cookie_mss(__u32 class)
{
	switch (class & (COOKIE_CLASSES - 1)) {
	case 0:
		return 536;
	case 1:
		return 1220;
	case 2:
		return 1300;
	case 3:
		return 1360;
	case 4:
		return 1400;
	case 5:
		return 1440;
	case 6:
		return 1460;
	default:
		return 8940;
	}
}

/* The largest class that an MSS of at least 536 allows. */
COOKIE_INLINE __u32 cookie_class(__u32 mss)
{
	return (mss >= 1220) + (mss >= 1300) + (mss >= 1360) + (mss >= 1400) +
	       (mss >= 1440) + (mss >= 1460) + (mss >= 8940);
}

/* The 27 bits, where they stand in the cookie. */
COOKIE_INLINE __u32 cookie_hash(const struct cookie_keys *keys, __u32 number,
				const struct fast_flow *flow, __u32 isn,
				__u64 slot, __u32 scale, __u32 class)
{
	const struct cookie_key *key = &keys->key[number & 1];
	struct siphash hash;
	__u64 flow_hash;

	siphash_init(&hash, key->word[0], key->word[1]);
	if (fast_is_ipv4(flow)) {
		siphash_word(&hash, fast_ipv4(flow));
	} else {
		siphash_word(&hash, word_load(flow->client));
		siphash_word(&hash, word_load(flow->client + 8));
		siphash_word(&hash, word_load(flow->server));
		siphash_word(&hash, word_load(flow->server + 8));
	}
	siphash_word(&hash, (__u64)flow->client_port << 48 |
				    (__u64)flow->server_port << 32 |
				    (__u32)(slot << 7 | scale << 3 | class));
	flow_hash = siphash_end(&hash);
	return (hash_mix(flow_hash + isn) & ~0u << 19) |
	       (flow_hash & COOKIE_FLOW);
}

/*
 * cookie_make - the initial sequence number for a SYN-ACK
 * @isn:     the client's, host byte order
 * @seconds: a clock that all calls share and that is never set back; the
 *           programs take CLOCK_MONOTONIC_COARSE
 * @scale:   of the windows that we offer, below 16
 * @kept:    below COOKIE_KEPT; below COOKIE_CLASSES with timestamps
 */
COOKIE_INLINE __u32 cookie_make(const struct cookie_keys *keys,
				const struct fast_flow *flow, __u32 isn,
				__u64 seconds, __u32 scale, __u32 kept)
{
	__u32 number = keys->current & 1, class = kept & (COOKIE_CLASSES - 1);
	__u64 slot = seconds / COOKIE_SLOT;
	__u32 hash = cookie_hash(keys, number, flow, isn, slot, scale, class);

	return (hash ^ kept >> 3 << COOKIE_BITS) | number << 4 |
	       (slot & 1) << 3 | class;
}

/*
 * cookie_check - what is kept in a cookie, or COOKIE_NONE or COOKIE_EARLY
 * @timestamps: whether the segment that brings it back has them
 */
COOKIE_INLINE int cookie_check(const struct cookie_keys *keys,
			       const struct fast_flow *flow, __u32 isn,
			       __u64 seconds, __u32 scale, int timestamps,
			       __u32 cookie)
{
	__u32 class = cookie & (COOKIE_CLASSES - 1), differs, more = 0;
	__u64 slot = seconds / COOKIE_SLOT;

	slot -= (slot ^ cookie >> 3) & 1;
	differs = cookie ^
		  cookie_hash(keys, cookie >> 4, flow, isn, slot, scale, class);
	if (!timestamps) {
		more = (differs & COOKIE_MORE) >> COOKIE_BITS;
		differs &= ~(__u32)COOKIE_MORE;
	}
	if (!(differs >> COOKIE_BITS))
		return more << 3 | class;
	return differs & COOKIE_FLOW ? COOKIE_NONE : COOKIE_EARLY;
}

#endif
