/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef STAND_IN_BPF_H
#define STAND_IN_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "packet.bpf.h"
#include "reply.bpf.h"
#include "scratch.bpf.h"

/*
 * At TC ingress, a segment that the kernel can take only behind another: a copy
 * of it goes to the end of what the interface has received, and it becomes that
 * other one, which has no data and comes from the client as well.
 */
enum { STAND_IN_TIMES = 12 /* length of the timestamps' option */ };

/* The TCP header. */
struct stand_in {
	__be32 word[(TCP_LEN + STAND_IN_TIMES) / 4];
};

/* packet->seq and ->ack are its numbers, tsval and tsecr its timestamps. */
static __always_inline __u32 stand_in_tcp(struct stand_in *tcp,
					  const struct packet *p, __u32 flags)
{
	__u32 len = TCP_LEN, i;
	__u64 sum;

	tcp->word[0] = p->flow.client_port | (__u32)p->flow.server_port << 16;
	tcp->word[1] = bpf_htonl(p->seq);
	tcp->word[2] = flags & TCP_ACK ? bpf_htonl(p->ack) : 0;
	tcp->word[4] = tcp->word[5] = tcp->word[6] = tcp->word[7] = 0;
	if (flags & TCP_ACK && p->timestamps) {
		tcp->word[5] = bpf_htonl(0x0101080a);
		tcp->word[6] = bpf_htonl(p->tsval);
		tcp->word[7] = bpf_htonl(p->tsecr);
		len += STAND_IN_TIMES;
	}
	tcp->word[3] =
		bpf_htonl(len << 26 | flags << 16 | (p->window & 0xffff));
	sum = reply_pseudo(p, len);
#pragma GCC unroll 8
	for (i = 0; i < 8; i++)
		sum += tcp->word[i];
	*(__u16 *)&tcp->word[4] = ~packet_fold(sum);
	return len;
}

/* The IP header's length field, and what depends on it. */
static __always_inline int stand_in_ip(struct __sk_buff *skb,
				       const struct packet *p, __u32 segment)
{
	__be16 now = bpf_htons(p->ipv4 ? IPV4_LEN + segment : segment), old;
	__u32 at = p->ip + (p->ipv4 ? 2 : 4);

	if (!p->ipv4)
		return bpf_skb_store_bytes(skb, at, &now, 2,
					   BPF_F_RECOMPUTE_CSUM);
	if (bpf_skb_load_bytes(skb, at, &old, 2) ||
	    bpf_l3_csum_replace(skb, p->ip + 10, old, now, 2))
		return -1;
	/* Both changes together leave the sum of the header as it was. */
	return bpf_skb_store_bytes(skb, at, &now, 2, 0);
}

/*
 * stand_in_make - copy the segment in hand, and have another in its place
 * @p:     of the segment; but seq, ack and timestamps are those of the other
 * @flags: of the other: ACK, or RST, which acknowledges nothing
 *
 * Returns 0, or -1: then the segment in hand is to be dropped. The copy meets
 * the programs again.
 */
static __always_inline int stand_in_make(struct __sk_buff *skb,
					 const struct packet *p, __u32 flags)
{
	struct stand_in tcp;
	__u32 len = stand_in_tcp(&tcp, p, flags);

	if (bpf_clone_redirect(skb, skb->ifindex, BPF_F_INGRESS) ||
	    bpf_skb_change_tail(skb, p->tcp + len, 0) ||
	    stand_in_ip(skb, p, len))
		return -1;
	if (len == TCP_LEN)
		return bpf_skb_store_bytes(skb, p->tcp, &tcp, TCP_LEN,
					   BPF_F_RECOMPUTE_CSUM);
	return bpf_skb_store_bytes(skb, p->tcp, &tcp, sizeof(tcp),
				   BPF_F_RECOMPUTE_CSUM);
}

#endif
