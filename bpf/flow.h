/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FLOW_H
#define FLOW_H

#include <linux/types.h>

#include "cookie.h"
#include "fastpath.h"
#include "hash.h"
#include "word.h"

/*
 * A cache of socket look-ups. OURS: the kernel had no socket for this flow, so
 * it is answered without asking again. HANDED: the flow was given to the kernel
 * a moment ago, and its socket may not be there yet. Both are forgotten after
 * seconds, or when another flow takes the place.
 *
 * A flow is addresses, ports and the domain (fastpath.h) of the interface: the
 * kernel has one connection of them, whichever interfaces its packets come by.
 *
 * An entry, 0 for nothing:
 *
 *   26 high bits of the flow's hash | number (11) | answered (1) |
 *   tag (4) | count (4) | place (9) | seconds (9)
 *
 * The number has the low bits of the client's initial sequence number, as the
 * latest SYN has it; or, once a request was answered, of the acknowledgment of
 * the answer and its FIN. It tells what comes before its request from what
 * comes after its answer, and only who knows the cookie can change it.
 *
 * Count is how many answers the flow got in that second, or hand-overs, which
 * forget the flow but not its counts. Tag is a part of their cookie: the next
 * connection begins with a SYN, has another cookie, and is counted from 0.
 * Place is how many answers the flows got that had the place before in that
 * second, so that flows which take it from each other do not begin again and
 * again; of a flow that makes way for a SYN the first answer does not count, for
 * many short connections may share a place.
 *
 * The hash's low bits are its place, among the first FAST_FLOWS entries for
 * OURS and among the others for HANDED: neither takes the other's place. Two
 * processors may write one entry at the same time: then one of two counts is
 * lost.
 */
enum flow_state {
	FLOW_OURS,   /* the kernel has no such connection */
	FLOW_HANDED, /* it was given the connection */
};

enum {
	FLOW_OURS_SECONDS = 8,
	FLOW_HANDED_SECONDS = 2,

	FLOW_SECONDS = 0x1ff,
	FLOW_PLACE_AT = 9,
	FLOW_PLACE_MAX = 0x1ff, /* then the kernel gets the connection */
	FLOW_COUNT_AT = 18,
	FLOW_COUNT = 0xf << FLOW_COUNT_AT,
	FLOW_COUNT_MAX = 8, /* for a flow in a second */
	FLOW_TAG_AT = 22,
	FLOW_TAG = 0xf << FLOW_TAG_AT,
	FLOW_ANSWERED = 1 << 26,
	FLOW_COUNTS = FLOW_ANSWERED - (1 << FLOW_PLACE_AT),
	FLOW_NUMBER_AT = 27,
	FLOW_NUMBER = 0x7ff, /* more than an answer is long */
	FLOW_BITS = 38,	     /* below the hash */
	FLOW_GONE_AT = 38,   /* a hash bit, inverted to forget a flow */
};

#define FLOW_INLINE static inline __attribute__((always_inline))

/* A keyed hash of a flow's addresses. */
FLOW_INLINE __u64 flow_pair(const struct fast_flow *flow, int ipv4,
			    __u64 secret)
{
	if (ipv4)
		return hash_mix(secret ^ fast_ipv4(flow));
	secret = hash_mix(secret ^ word_load(flow->client));
	secret = hash_mix(secret ^ word_load(flow->client + 8));
	secret = hash_mix(secret ^ word_load(flow->server));
	return hash_mix(secret ^ word_load(flow->server + 8));
}

/* A keyed hash of a whole flow, with its ports and its domain. */
FLOW_INLINE __u64 flow_hash(const struct fast_flow *flow, int ipv4,
			    __u32 flow_domain, const struct cookie_key *key)
{
	__u64 rest = (__u64)flow_domain << 32 | (__u32)flow->client_port << 16 |
		     flow->server_port;

	return hash_mix((flow_pair(flow, ipv4, key->word[0]) + key->word[1]) ^
			rest);
}

FLOW_INLINE __u32 flow_place(__u64 hash, enum flow_state state)
{
	return (state == FLOW_HANDED ? FAST_FLOWS : 0) +
	       (hash & (FAST_FLOWS - 1));
}

/* An entry of the flow with that hash; rest has number and counts in place. */
FLOW_INLINE __u64 flow_entry(__u64 hash, __u64 rest, __u64 seconds)
{
	return hash >> FLOW_BITS << FLOW_BITS | rest | (seconds & FLOW_SECONDS);
}

FLOW_INLINE __u64 flow_number(__u32 number)
{
	return (__u64)(number & FLOW_NUMBER) << FLOW_NUMBER_AT;
}

/* Whether an entry has that number. */
FLOW_INLINE int flow_has(__u64 entry, __u32 number)
{
	return !((entry >> FLOW_NUMBER_AT ^ number) & FLOW_NUMBER);
}

/* Whether an entry is of the flow with that hash. */
FLOW_INLINE int flow_same(__u64 entry, __u64 hash)
{
	return !((entry ^ hash) >> FLOW_BITS);
}

/* Whether an entry is of that flow, and younger than a number of seconds. */
FLOW_INLINE int flow_holds(__u64 entry, __u64 hash, __u64 now, __u32 seconds)
{
	return flow_same(entry, hash) &&
	       ((now - entry) & FLOW_SECONDS) < seconds;
}

/* Whether an entry is of that flow, forgotten or not. */
FLOW_INLINE int flow_was(__u64 entry, __u64 hash)
{
	return !((entry ^ hash) >> (FLOW_GONE_AT + 1));
}

/* The counts with which a flow takes an entry's place in this second. begins:
 * it does so with a SYN. */
FLOW_INLINE __u32 flow_counts(__u64 entry, __u64 hash, __u64 now, int begins)
{
	__u32 counts = entry & FLOW_COUNTS, place, count;

	if ((entry ^ now) & FLOW_SECONDS)
		return 0;
	if (flow_was(entry, hash))
		return counts;
	count = (counts & FLOW_COUNT) >> FLOW_COUNT_AT;
	place = (counts >> FLOW_PLACE_AT & FLOW_PLACE_MAX) +
		(begins && count ? count - 1 : count);
	return (place < FLOW_PLACE_MAX ? place : FLOW_PLACE_MAX)
	       << FLOW_PLACE_AT;
}

enum flow_often {
	FLOW_SELDOM,
	FLOW_REPEATED, /* this flow was answered too often in this second */
	FLOW_CROWDED,  /* it may have been: others had its place */
};

/*
 * flow_count - count one more answer
 * @isn:    the client's, of the request
 * @cookie: that it acknowledges
 * @counts: receives the counts with this answer
 */
FLOW_INLINE enum flow_often flow_count(__u64 entry, __u64 hash, __u64 now,
				       __u32 isn, __u32 cookie, __u32 *counts)
{
	__u32 old = flow_counts(entry, hash, now, 0);
	__u32 tag = cookie >> 28 << FLOW_TAG_AT;
	__u32 count = old & FLOW_COUNT;

	/* The first of a connection that has begun since. */
	if (flow_same(entry, hash) && !(entry & FLOW_ANSWERED) &&
	    flow_has(entry, isn) && (old & FLOW_TAG) != tag)
		count = 0;
	*counts = (old & ~(FLOW_TAG | FLOW_COUNT)) | tag |
		  (count + (1 << FLOW_COUNT_AT));
	if (count >= FLOW_COUNT_MAX << FLOW_COUNT_AT)
		return FLOW_REPEATED;
	return !flow_was(entry, hash) && old >> FLOW_PLACE_AT == FLOW_PLACE_MAX
		       ? FLOW_CROWDED
		       : FLOW_SELDOM;
}

/* Whether the latest SYN of an entry's flow had another number, and no request
 * was answered since. */
FLOW_INLINE int flow_elsewhere(__u64 entry, __u32 isn)
{
	return !(entry & FLOW_ANSWERED) && !flow_has(entry, isn);
}

/* Whether a segment of the entry's flow acknowledges an answer and its FIN. */
FLOW_INLINE int flow_ended(__u64 entry, __u32 ack)
{
	return entry & FLOW_ANSWERED && flow_has(entry, ack);
}

#endif
