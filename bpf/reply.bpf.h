/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REPLY_BPF_H
#define REPLY_BPF_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "fastpath.h"
#include "flow.h"
#include "frame_copy.bpf.h"
#include "loop.h"
#include "maps.bpf.h"
#include "merged.bpf.h"
#include "option.bpf.h"
#include "packet.bpf.h"
#include "scratch.bpf.h"
#include "word.h"

/*
 * The reply to the packet in hand, built in scratch->frame and copied over the
 * packet. The packet itself is not edited: it may have partial checksums, and
 * no room at its tail.
 */
enum {
	REPLY_WINDOW = 64240,
	REPLY_TTL = 64,
	REPLY_WHOLE = 68,      /* bytes of IPv4 that are never cut */
	REPLY_DATA_MAX = 2048, /* bytes of data of a reply */
	REPLY_NO_ROOM = -1,
	REPLY_MERGED = -2,
};

#define REPLY_TCP(s) ((s)->frame + FRAME_TCP)

/* Write the options of a reply after the handshake, timestamps if the peer has
 * them; returns their length. The clock stands still, so that what the
 * SYN-ACK's timestamp keeps comes back again, and so that the kernel, if it
 * still gets the connection, does not begin before it (RFC 7323 5.3). */
static __always_inline __u32 reply_timestamps(struct scratch *s)
{
	struct packet *p = &s->packet;
	__be32 *option = (void *)(REPLY_TCP(s) + TCP_LEN);

	if (!p->timestamps)
		return 0;
	option[0] = bpf_htonl(OPTION_NOP_TIMESTAMPS);
	option[1] = bpf_htonl(p->tsecr);
	option[2] = bpf_htonl(p->tsval);
	return OPTION_TIMESTAMPS_ROOM;
}

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

/* May write past the Ethernet header: the IP header overwrites the excess. */
static __always_inline void reply_link_write(struct scratch *s,
					     const struct reply_link *link)
{
	__u64 at = FRAME_TCP - s->packet.tcp;
	__u8 *to = s->frame + (at & (FRAME_TCP - 1));

	((__u64 *)to)[0] = link->word[0];
	((__u64 *)to)[1] = link->word[1];
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

static __always_inline void reply_ipv4(struct scratch *s, __u32 segment)
{
	struct iphdr *ip = (void *)(REPLY_TCP(s) - IPV4_LEN);
	const __u32 *word = (const void *)ip;
	__u32 fragment = reply_fragment(s, segment), i;
	__u64 sum = 0;

	ip->version = 4;
	ip->ihl = IPV4_LEN / 4;
	ip->tos = 0;
	ip->tot_len = bpf_htons(IPV4_LEN + segment);
	ip->id = bpf_htons(fragment >> 16);
	ip->frag_off = bpf_htons(fragment & 0xffff);
	ip->ttl = REPLY_TTL;
	ip->protocol = IPPROTO_TCP;
	ip->check = 0;
	ip->saddr = *(const __be32 *)(s->packet.flow.server + 12);
	ip->daddr = *(const __be32 *)(s->packet.flow.client + 12);
#pragma GCC unroll 5
	for (i = 0; i < IPV4_LEN / 4; i++)
		sum += word[i];
	ip->check = ~packet_fold(sum);
}

static __always_inline void reply_ipv6(struct scratch *s, __u32 segment)
{
	struct ipv6hdr *ip = (void *)(REPLY_TCP(s) - IPV6_LEN);
	const struct fast_flow *flow = &s->packet.flow;

	*(__be32 *)ip = bpf_htonl(6 << 28); /* version, class, flow label */
	ip->payload_len = bpf_htons(segment);
	ip->nexthdr = IPPROTO_TCP;
	ip->hop_limit = REPLY_TTL;
	__builtin_memcpy(&ip->saddr, flow->server, 16);
	__builtin_memcpy(&ip->daddr, flow->client, 16);
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

/* The sum of len bytes of data at an offset from the TCP header. */
static __always_inline __u32 reply_data_sum(struct scratch *s, __u32 from,
					    __u32 len)
{
	__u64 at = from + len, part;
	__u32 sum = 0;

	/* Words are summed: clear what follows the data in the last one. */
	*(__u32 *)(REPLY_TCP(s) + (at & (FRAME_ROOM - 1))) = 0;
	/* Before 6.13 the kernel sums 512 bytes at a time. */
	for (part = LOOP_FROM(0); LOOP(part < len);
	     part = LOOP_FROM(part + 512)) {
		__u64 size = (len + 3) & ~3u;

		at = from + part;
		LOOP_KEEP(at);
		if (at > 2048)
			break;
		size -= part;
		LOOP_KEEP(size);
		if (size > 512)
			size = 512;
		sum = bpf_csum_diff(0, 0, (void *)(REPLY_TCP(s) + at), size,
				    sum);
	}
	return sum;
}

static __always_inline void reply_tcp(struct scratch *s, __u32 flags, __u32 seq,
				      __u32 ack, __u32 options, __u32 len)
{
	__u32 header = TCP_LEN + options, i;
	struct tcphdr *tcp = (void *)REPLY_TCP(s);
	const __u32 *word = (const void *)tcp;
	struct packet *p = &s->packet;
	__u32 window = REPLY_WINDOW;
	__u64 sum;

	if (flags & TCP_SYN)
		window = p->listener.window;
	else if (p->wscale != OPTION_NO_WSCALE)
		window >>= receive.scale;
	tcp->source = p->flow.server_port;
	tcp->dest = p->flow.client_port;
	tcp->seq = bpf_htonl(seq);
	tcp->ack_seq = bpf_htonl(ack);
	tcp_flag_word(tcp) = bpf_htonl(header << 26 | flags << 16 | window);
	tcp->check = 0;
	tcp->urg_ptr = 0;
	sum = reply_pseudo(p, header + len);
#pragma GCC unroll 10
	for (i = 0; i < 10; i++)
		if (i * 4 < header)
			sum += word[i];
	if (len)
		sum += reply_data_sum(s, header, len);
	tcp->check = ~packet_fold(sum);
}

/*
 * reply_send - turn the packet in hand into the reply
 * @flags: of TCP; its options are in scratch->frame, their length is
 *         scratch->reply_options
 * @len:   bytes of data there after the options
 *
 * Returns 0; REPLY_NO_ROOM when the frame has no room, or REPLY_MERGED when the
 * packet is more than one frame: then it is unchanged.
 */
__noinline int reply_send(struct xdp_md *ctx, __u32 flags, __u32 seq, __u32 ack,
			  __u32 len)
{
	struct scratch *s = scratch_get();
	struct reply_link link;
	__u32 options, segment;
	__u64 size;
	int more;

	if (merged(ctx))
		return REPLY_MERGED;
	if (!s)
		return REPLY_NO_ROOM;
	options = s->reply_options;
	segment = TCP_LEN + options + len;
	if (segment > REPLY_DATA_MAX + 60 || reply_link_read(&link, ctx))
		return REPLY_NO_ROOM;
	size = s->packet.tcp + segment;
	more = size - s->packet.len;
	/* Growing at the tail clears the memory. */
	if (more && (more < 0 || bpf_xdp_adjust_head(ctx, -more)) &&
	    bpf_xdp_adjust_tail(ctx, more))
		return REPLY_NO_ROOM;
	reply_link_write(s, &link);
	if (s->packet.ipv4)
		reply_ipv4(s, segment);
	else
		reply_ipv6(s, segment);
	reply_tcp(s, flags, seq, ack, options, len);
	return frame_store(ctx, s->frame, FRAME_ROOM - 1,
			   FRAME_TCP - s->packet.tcp, size);
}

#endif
