/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef OPTION_BPF_H
#define OPTION_BPF_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "flow.h"
#include "kept.h"
#include "loop.h"
#include "maps.bpf.h"
#include "packet.bpf.h"
#include "scratch.bpf.h"

/*
 * TCP options (RFC 9293 3.1, RFC 2018, RFC 7323). What a SYN offers and later
 * segments need is kept in the timestamp of the SYN-ACK, which comes back with
 * each of them:
 *
 *   milliseconds (27) | SACK (1) | window scale, 15 for none (4)
 *
 * or, for a client without timestamps, in the cookie (kept.h).
 *
 * So the time at which a connection's clock began is known to the millisecond
 * when it comes back. The clock goes on in milliseconds, as the kernel's does,
 * and each connection begins later than any earlier one of the same two
 * addresses has got to (RFC 7323 5.4), until the 27 bits wrap, after 37 hours.
 */
enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_WSCALE = 3,
	OPTION_SACK = 4,
	OPTION_TIMESTAMPS = 8,
	OPTION_MD5 = 19,
	OPTION_AO = 29,

	/* Lengths, with kind and length. */
	OPTION_MSS_LEN = 4,
	OPTION_WSCALE_LEN = 3,
	OPTION_SACK_LEN = 2,
	OPTION_TIMESTAMPS_LEN = 10,

	/* How options begin where senders align them (RFC 7323 appendix A). */
	OPTION_MSS_HEAD = OPTION_MSS << 8 | OPTION_MSS_LEN,
	OPTION_SACK_HEAD = OPTION_SACK << 8 | OPTION_SACK_LEN,
	OPTION_TIMESTAMPS_HEAD = OPTION_TIMESTAMPS << 8 | OPTION_TIMESTAMPS_LEN,
	OPTION_NOP_NOP = OPTION_NOP << 8 | OPTION_NOP,
	OPTION_NOP_TIMESTAMPS = OPTION_NOP_NOP << 16 | OPTION_TIMESTAMPS_HEAD,
	OPTION_SACK_TIMESTAMPS =
		OPTION_SACK_HEAD << 16 | OPTION_TIMESTAMPS_HEAD,
	OPTION_NOP_SACK = OPTION_NOP_NOP << 16 | OPTION_SACK_HEAD,
	OPTION_NOP_WSCALE =
		OPTION_NOP << 16 | OPTION_WSCALE << 8 | OPTION_WSCALE_LEN,
	OPTION_TIMESTAMPS_ROOM = 12, /* with NOPs before it */

	OPTION_NO_WSCALE = KEPT_NO_SCALE,
	OPTION_TS_BITS = 5,
	OPTION_TS_SACK = 16,
};

/* Milliseconds of the kernel's clock, in their place in a SYN-ACK's timestamp.
 * Each pair of addresses counts them from another beginning. */
static __always_inline __u32 option_clock(const struct packet *p,
					  __u32 milliseconds)
{
	const struct cookie_keys *keys;
	__u32 zero = 0;

	keys = bpf_map_lookup_elem(&cookie_keys, &zero);
	if (keys && keys->clock)
		milliseconds += flow_pair(&p->flow, p->ipv4, keys->clock) >> 32;
	return milliseconds << OPTION_TS_BITS;
}

/* A SYN-ACK's timestamp. */
static __always_inline __u32 option_remember(const struct packet *p)
{
	return option_clock(p, p->milliseconds) | p->wscale |
	       (p->sack ? OPTION_TS_SACK : 0);
}

/* How many milliseconds ago the SYN-ACK was sent whose timestamp a segment
 * brings back; without a meaning if the segment brings back another
 * timestamp. */
static __always_inline __s32 option_age(const struct packet *p,
					__u32 milliseconds)
{
	__u32 sent = p->tsecr >> OPTION_TS_BITS << OPTION_TS_BITS;

	return (__s32)(option_clock(p, milliseconds) - sent) >> OPTION_TS_BITS;
}

/* Restore what a SYN offered, from the segment that brings it back. */
static __always_inline void option_recall(struct packet *p, __u32 kept)
{
	p->mss = kept_mss(kept, p->ipv4);
	if (p->timestamps) {
		p->sack = !!(p->tsecr & OPTION_TS_SACK);
		p->wscale = p->tsecr & 15;
		return;
	}
	p->sack = kept_sack(kept);
	p->wscale = kept_scale(kept);
}

#define OPTION_AT(s, at) ((s)->options + ((at) & (OPTION_ROOM - 1)))

/* One option that is there in full. Returns 0, or -1 for one that the kernel
 * is to judge. */
static __always_inline int option_take(struct scratch *s, __u64 at, __u32 kind,
				       __u32 len)
{
	struct packet *p = &s->packet;

	switch (kind) {
	case OPTION_MSS:
		p->mss = packet_16(OPTION_AT(s, at + 2));
		return len == OPTION_MSS_LEN ? 0 : -1;
	case OPTION_WSCALE:
		p->wscale = *OPTION_AT(s, at + 2);
		if (p->wscale > 14)
			p->wscale = 14; /* RFC 7323 2.3 */
		return len == OPTION_WSCALE_LEN ? 0 : -1;
	case OPTION_SACK:
		p->sack = 1;
		return len == OPTION_SACK_LEN ? 0 : -1;
	case OPTION_TIMESTAMPS:
		p->timestamps = 1;
		p->tsval = packet_32(OPTION_AT(s, at + 2));
		p->tsecr = packet_32(OPTION_AT(s, at + 6));
		return len == OPTION_TIMESTAMPS_LEN ? 0 : -1;
	case OPTION_MD5:
	case OPTION_AO:
		return -1;
	default:
		return 0;
	}
}

/* Take each option in scratch->options up to end: 0, or -1 when they do not add
 * up. */
static __noinline int option_walk(struct scratch *s, __u32 end)
{
	__u64 at = LOOP_FROM(0);

	while (LOOP(at < end)) {
		__u32 kind = *OPTION_AT(s, at), len = 1;

		if (kind == OPTION_END)
			break;
		if (kind != OPTION_NOP) {
			len = *OPTION_AT(s, at + 1);
			if (at + 2 > end || len < 2 || at + len > end)
				return -1;
			if (option_take(s, at, kind, len))
				return -1;
		}
		at = LOOP_FROM(at + len);
	}
	return 0;
}

/* Options that no pattern of option_read() fits. */
static __always_inline int option_odd(struct scratch *s, const __u8 *at,
				      const __u8 *end, __u32 len)
{
	__u32 i;

#pragma GCC unroll 10
	for (i = 0; i < 40; i += 4) {
		if (i >= len)
			break;
		if (at + i + 4 > end)
			return -1;
		*(__u32 *)(s->options + i) = *(const __u32 *)(at + i);
	}
	return option_walk(s, len);
}

static __always_inline void option_times(struct packet *p, const __u8 *at)
{
	p->timestamps = 1;
	p->tsval = packet_32(at);
	p->tsecr = packet_32(at + 4);
}

/* Read the options by the patterns that most segments have, or one by one: 0,
 * or -1 when the kernel is to judge them. The frame is that of
 * packet_parse(). */
static __always_inline int option_read(struct scratch *s, const __u8 *frame,
				       const __u8 *end)
{
	struct packet *p = &s->packet;
	__u32 len = p->data - p->tcp - TCP_LEN;
	const __u8 *at = frame + ((p->tcp + TCP_LEN) & 127);

	p->mss = p->sack = p->timestamps = 0;
	p->wscale = OPTION_NO_WSCALE;
	if (!len)
		return 0;
	if (len == OPTION_TIMESTAMPS_ROOM &&
	    at + OPTION_TIMESTAMPS_ROOM <= end &&
	    packet_32(at) == OPTION_NOP_TIMESTAMPS) {
		option_times(p, at + 4);
		return 0;
	}
	/* Linux's SYN: MSS, SACK-permitted, timestamps, NOP, window scale */
	if (len == 20 && at + 20 <= end && packet_16(at) == OPTION_MSS_HEAD &&
	    packet_32(at + 4) == OPTION_SACK_TIMESTAMPS &&
	    packet_32(at + 16) >> 8 == OPTION_NOP_WSCALE && at[19] <= 14) {
		option_times(p, at + 8);
		p->mss = packet_16(at + 2);
		p->sack = 1;
		p->wscale = at[19];
		return 0;
	}
	return option_odd(s, at, end, len);
}

#endif
