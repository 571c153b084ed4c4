/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REPLY_HEADER_BPF_H
#define REPLY_HEADER_BPF_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "fastpath.h"
#include "flow.h"
#include "maps.bpf.h"
#include "option.bpf.h"
#include "packet.bpf.h"
#include "scratch.bpf.h"
#include "word.h"

/*
 * The headers of a reply (reply.bpf.h), made of what is known of the packet in
 * hand and written over it. What was just written is not read again: words made
 * of smaller ones take long to come back.
 */
enum {
	REPLY_WINDOW = 64240,
	REPLY_TTL = 64,
	REPLY_WHOLE = 68, /* bytes of IPv4 that are never cut */
};

#define REPLY_TCP(s) ((s)->frame + FRAME_TCP)

/* What is particular to a reply. */
struct reply {
	__u32 flags; /* of TCP */
	__u32 seq, ack;
	__u32 options; /* bytes of them, and of data */
	__u32 len;
};

/* The reply's Ethernet header (addresses swapped), saved before the frame is
 * resized: 14 or 18 bytes, in two words and the end of a tag. */
struct reply_link {
	__u64 word[2];
	__u32 tag;
};

static __always_inline int reply_link_read(struct reply_link *link,
					   const struct xdp_md *ctx)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	__u64 target, source;

	if (frame + ETH_HLEN + VLAN_LEN > end)
		return -1;
	target = word_load(frame);
	source = word_load(frame + ETH_ALEN);
	/* source(6) target(2) | target(4) type(2) tag(2) */
	link->word[0] = (source & ~0ULL >> 16) | target << 48;
	link->word[1] =
		(target >> 16 & 0xffffffff) | word_load(frame + 8) >> 32 << 32;
	link->tag = *(const __u32 *)(frame + ETH_HLEN);
	return 0;
}

/* May write past the Ethernet header, where the IP header follows. */
static __always_inline void reply_link_write(__u8 *to,
					     const struct reply_link *link)
{
	*(__u64 *)to = link->word[0];
	*(__u64 *)(to + 8) = link->word[1];
	*(__u32 *)(to + ETH_HLEN) = link->tag;
}

/*
 * The word with identification and flags. A packet of more than 68 bytes, which
 * not every path takes in one piece (RFC 791 3.1), may be fragmented: the
 * program never learns that a path is narrow. Its identification then differs
 * for each pair of ports that two addresses have (RFC 6864 4.3), and cannot be
 * guessed. What is sent again has the same one, so that its fragments fit the
 * first's.
 */
static __always_inline __u32 reply_fragment(struct scratch *s, __u32 segment)
{
	const struct fast_flow *flow = &s->packet.flow;
	__u32 id, zero = 0;
	const struct cookie_keys *keys;

	if (IPV4_LEN + segment <= REPLY_WHOLE)
		return IPV4_DF;
	keys = bpf_map_lookup_elem(&cookie_keys, &zero);
	if (!keys)
		return IPV4_DF;
	id = flow_pair(flow, 1, keys->flow.word[1]) >> 16;
	return (id + bpf_ntohs(flow->client_port) +
		257 * bpf_ntohs(flow->server_port))
	       << 16;
}

static __always_inline void reply_ipv4(struct scratch *s, __u8 *to,
				       __u32 segment)
{
	const struct fast_flow *flow = &s->packet.flow;
	struct iphdr *ip = (void *)to;
	__be32 *word = (void *)to;
	__be32 source = *(const __be32 *)(flow->server + 12);
	__be32 target = *(const __be32 *)(flow->client + 12);
	__be32 first = bpf_htonl(4 << 28 | (IPV4_LEN / 4) << 24 |
				 (IPV4_LEN + segment));
	__be32 fragment = bpf_htonl(reply_fragment(s, segment));
	__be32 next = bpf_htonl(REPLY_TTL << 24 | IPPROTO_TCP << 16);

	word[0] = first;
	word[1] = fragment;
	word[2] = next;
	word[3] = source;
	word[4] = target;
	ip->check =
		~packet_fold((__u64)first + fragment + next + source + target);
}

static __always_inline void reply_ipv6(struct scratch *s, __u8 *to,
				       __u32 segment)
{
	const struct fast_flow *flow = &s->packet.flow;
	__be32 *word = (void *)to;

	word[0] = bpf_htonl(6 << 28); /* version, class, flow label */
	word[1] = bpf_htonl(segment << 16 | IPPROTO_TCP << 8 | REPLY_TTL);
	*(__u64 *)(to + 8) = word_load(flow->server);
	*(__u64 *)(to + 16) = word_load(flow->server + 8);
	*(__u64 *)(to + 24) = word_load(flow->client);
	*(__u64 *)(to + 32) = word_load(flow->client + 8);
}

/* The sum of the pseudo-header. A mapped IPv4 address has the sum of the
 * address itself, since ::ffff adds 0. */
static __always_inline __u64 reply_pseudo(const struct packet *p, __u32 segment)
{
	const __u64 *word = (const void *)&p->flow;
	__u64 sum = bpf_htonl(IPPROTO_TCP << 16 | segment);
	__u32 i;

#pragma GCC unroll 4
	for (i = 0; i < 4; i++)
		sum += (word[i] & 0xffffffff) + (word[i] >> 32);
	return sum;
}

/* Its first word: the packet's ports, swapped. */
static __always_inline __be32 reply_ports(const struct packet *p)
{
	__u32 client = p->flow.client_port, server = p->flow.server_port;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return client << 16 | server;
#else
	return server << 16 | client;
#endif
}

/* Write the header of a segment with its options. sum_data: of its data. Returns
 * 0, or -1 where the frame ends before. */
static __always_inline int reply_tcp(struct scratch *s, __u8 *to,
				     const __u8 *end, const struct reply *reply,
				     __u32 sum_data)
{
	const __be32 *option = (const void *)(REPLY_TCP(s) + TCP_LEN);
	__u32 header = TCP_LEN + reply->options, i;
	struct packet *p = &s->packet;
	struct tcphdr *tcp = (void *)to;
	__be32 *word = (void *)to;
	__u32 window = REPLY_WINDOW;
	__be32 ports, seq, ack, rest;
	__u64 sum;

	if (reply->flags & TCP_SYN)
		window = p->listener.window;
	else if (p->wscale != OPTION_NO_WSCALE)
		window >>= receive.scale;
	ports = reply_ports(p);
	seq = bpf_htonl(reply->seq);
	ack = bpf_htonl(reply->ack);
	rest = bpf_htonl(header << 26 | reply->flags << 16 | window);
	word[0] = ports;
	word[1] = seq;
	word[2] = ack;
	word[3] = rest;
	word[4] = 0;
	sum = reply_pseudo(p, header + reply->len) + sum_data;
	sum += (__u64)ports + seq + ack + rest;
#pragma GCC unroll 5
	for (i = 0; i < 5; i++) {
		if (i * 4 >= reply->options)
			break;
		if (to + TCP_LEN + 4 * i + 4 > end)
			return -1;
		word[5 + i] = option[i];
		sum += option[i];
	}
	tcp->check = ~packet_fold(sum);
	return 0;
}

#endif
