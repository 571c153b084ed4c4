/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef STAND_IN_BPF_H
#define STAND_IN_BPF_H

#include <linux/bpf.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "option.bpf.h"
#include "packet.bpf.h"
#include "reply.bpf.h"
#include "scratch.bpf.h"

/*
 * At TC ingress, for a segment that the kernel can take only after another one:
 * a copy of it goes to the end of what the interface has received, and the
 * segment itself becomes the other one, from the same client and without data.
 */
struct stand_in {
	struct tcphdr tcp;
	__be32 option[OPTION_TIMESTAMPS_ROOM / 4];
};

/* packet->seq and ->ack are its numbers, tsval and tsecr its timestamps. */
static __always_inline __u32 stand_in_tcp(struct stand_in *other,
					  const struct packet *p, __u32 flags)
{
	const __u32 *word = (const void *)other;
	struct tcphdr *tcp = &other->tcp;
	__u32 len = TCP_LEN, i;
	__u64 sum;

	__builtin_memset(other, 0, sizeof(*other));
	tcp->source = p->flow.client_port;
	tcp->dest = p->flow.server_port;
	tcp->seq = bpf_htonl(p->seq);
	if (flags & TCP_ACK)
		tcp->ack_seq = bpf_htonl(p->ack);
	if (flags & TCP_ACK && p->timestamps) {
		other->option[0] = bpf_htonl(OPTION_NOP_TIMESTAMPS);
		other->option[1] = bpf_htonl(p->tsval);
		other->option[2] = bpf_htonl(p->tsecr);
		len += OPTION_TIMESTAMPS_ROOM;
	}
	tcp_flag_word(tcp) =
		bpf_htonl(len << 26 | flags << 16 | (p->window & 0xffff));
	sum = reply_pseudo(p, len);
#pragma GCC unroll 8
	for (i = 0; i < sizeof(*other) / 4; i++)
		sum += word[i];
	tcp->check = ~packet_fold(sum);
	return len;
}

/* Set the IP header's length field, and what depends on it. */
static __always_inline int stand_in_ip(struct __sk_buff *skb,
				       const struct packet *p, __u32 segment)
{
	__be16 now = bpf_htons(p->ipv4 ? IPV4_LEN + segment : segment), old;
	__u32 at = p->ip + (p->ipv4 ? offsetof(struct iphdr, tot_len)
				    : offsetof(struct ipv6hdr, payload_len));

	if (!p->ipv4)
		return bpf_skb_store_bytes(skb, at, &now, 2,
					   BPF_F_RECOMPUTE_CSUM);
	if (bpf_skb_load_bytes(skb, at, &old, 2) ||
	    bpf_l3_csum_replace(skb, p->ip + offsetof(struct iphdr, check), old,
				now, 2))
		return -1;
	/* Both changes together leave the sum of the header as it was. */
	return bpf_skb_store_bytes(skb, at, &now, 2, 0);
}

/*
 * stand_in_make - copy the segment in hand, and put another in its place
 * @p:     of the segment; but seq, ack and timestamps are those of the other
 * @flags: of the other: ACK, or RST, which acknowledges nothing
 *
 * Returns 0, or -1: then drop the segment in hand. The copy goes through the
 * programs again.
 */
static __always_inline int stand_in_make(struct __sk_buff *skb,
					 const struct packet *p, __u32 flags)
{
	struct stand_in other;
	__u32 len = stand_in_tcp(&other, p, flags);

	if (bpf_clone_redirect(skb, skb->ifindex, BPF_F_INGRESS) ||
	    bpf_skb_change_tail(skb, p->tcp + len, 0) ||
	    stand_in_ip(skb, p, len))
		return -1;
	if (len == TCP_LEN)
		return bpf_skb_store_bytes(skb, p->tcp, &other, TCP_LEN,
					   BPF_F_RECOMPUTE_CSUM);
	return bpf_skb_store_bytes(skb, p->tcp, &other, sizeof(other),
				   BPF_F_RECOMPUTE_CSUM);
}

#endif
