/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef OPTION_BPF_H
#define OPTION_BPF_H

/*
 * TCP options (RFC 9293 3.1, RFC 2018, RFC 7323). What a SYN offers and a later
 * segment must remember rides in the timestamp of the SYN-ACK, which comes back
 * with every segment: its low bits, as in the kernel's own cookies, are
 *
 *   0 (1) | SACK (1) | window scale, 15 for none (4)
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

	OPTION_NO_WSCALE = 15,
	OPTION_TS_BITS = 6,
	OPTION_TS_SACK = 16,
	OPTION_OUR_WSCALE = 7,
};

/* The kernel's clock of timestamps, from a beginning that is another for each
 * pair of addresses (RFC 7323 5.4). The kernel goes on from what it is given. */
static __always_inline __u32 option_now(const struct packet *p)
{
	const struct fast_flow *flow = &p->flow;
	const struct cookie_keys *keys;
	__u32 zero = 0;
	__u64 pair;

	keys = bpf_map_lookup_elem(&cookie_keys, &zero);
	if (!keys || !keys->clock)
		return p->milliseconds;
	pair = hash_mix(keys->clock ^ word_load(flow->client));
	pair = hash_mix(pair ^ word_load(flow->client + 8));
	pair = hash_mix(pair ^ word_load(flow->server));
	pair = hash_mix(pair ^ word_load(flow->server + 8));
	return p->milliseconds + (pair >> 32);
}

/* A SYN-ACK's timestamp: never ahead of the clock, so that what follows is not
 * older (RFC 7323 5.3). Below the low bits the clock may wrap. */
static __always_inline __u32 option_remember(const struct packet *p)
{
	__u32 low = p->wscale | (p->sack ? OPTION_TS_SACK : 0);
	__u32 now = option_now(p);
	__u32 ts = (now >> OPTION_TS_BITS << OPTION_TS_BITS) | low;

	return (__s32)(ts - now) > 0 ? ts - (1 << OPTION_TS_BITS) : ts;
}

/* One option that is there in full. Returns 0, or -1 for one that the kernel
 * is to judge. */
static __always_inline int option_take(struct scratch *s, __u64 at, __u32 kind,
				       __u32 len)
{
	struct packet *p = &s->packet;

	switch (kind) {
	case OPTION_MSS:
		p->mss = packet_16(s, at + 2);
		return len == 4 ? 0 : -1;
	case OPTION_WSCALE:
		p->wscale = packet_8(s, at + 2);
		if (p->wscale > 14)
			p->wscale = 14; /* RFC 7323 2.3 */
		return len == 3 ? 0 : -1;
	case OPTION_SACK:
		p->sack = 1;
		return len == 2 ? 0 : -1;
	case OPTION_TIMESTAMPS:
		p->timestamps = 1;
		p->tsval = packet_32(s, at + 2);
		p->tsecr = packet_32(s, at + 6);
		return len == 10 ? 0 : -1;
	case OPTION_MD5:
	case OPTION_AO:
		return -1;
	default:
		return 0;
	}
}

/* Every option in turn: 0, or -1 when they do not add up. */
static __noinline int option_walk(struct scratch *s)
{
	__u64 at = s->packet.tcp + TCP_LEN;

	while (LOOP(at < s->packet.data)) {
		__u32 kind = packet_8(s, at), len = 1;

		if (kind == OPTION_END)
			break;
		if (kind != OPTION_NOP) {
			len = packet_8(s, at + 1);
			if (at + 2 > s->packet.data || len < 2 ||
			    at + len > s->packet.data)
				return -1;
			if (option_take(s, at, kind, len))
				return -1;
		}
		at = LOOP_FROM(at + len);
	}
	return 0;
}

/* The options as most segments have them, or else one by one. */
static __always_inline int option_read(struct scratch *s)
{
	struct packet *p = &s->packet;
	__u32 at = p->tcp + TCP_LEN;

	p->mss = p->sack = p->timestamps = 0;
	p->wscale = OPTION_NO_WSCALE;
	if (p->data == at)
		return 0;
	if (p->data == at + 12 && packet_32(s, at) == 0x0101080a) {
		p->timestamps = 1;
		p->tsval = packet_32(s, at + 4);
		p->tsecr = packet_32(s, at + 8);
		return 0;
	}
	/* Linux's SYN: MSS, SACK-permitted, timestamps, NOP, window scale */
	if (p->data == at + 20 && packet_16(s, at) == 0x0204 &&
	    packet_32(s, at + 4) == 0x0402080a &&
	    packet_32(s, at + 16) >> 8 == 0x010303 &&
	    packet_8(s, at + 19) <= 14) {
		p->mss = packet_16(s, at + 2);
		p->sack = p->timestamps = 1;
		p->tsval = packet_32(s, at + 8);
		p->tsecr = packet_32(s, at + 12);
		p->wscale = packet_8(s, at + 19);
		return 0;
	}
	return option_walk(s);
}

#endif
