/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HANDSHAKE_BPF_H
#define HANDSHAKE_BPF_H

#include <linux/bpf.h>
#include <linux/ip.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "counter.h"
#include "fastpath.h"
#include "flow.bpf.h"
#include "flow.h"
#include "fragment.bpf.h"
#include "kept.h"
#include "maps.bpf.h"
#include "option.bpf.h"
#include "packet.bpf.h"
#include "receive.h"
#include "reply.bpf.h"
#include "scratch.bpf.h"

/* Segments without data: how a connection begins and ends (RFC 9293 3.10.7),
 * without a state. Each function for one returns the counter of what it did. */

static __always_inline const struct cookie_keys *handshake_keys(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cookie_keys, &zero);
}

/*
 * handshake_recall - read a segment's options, and what its cookie keeps
 *
 * packet->odd is set for options that do not add up; those before the fault
 * count. Returns COOKIE_NONE, COOKIE_EARLY, or what is kept, which is then in
 * packet->mss, ->sack and ->wscale.
 */
static __always_inline int handshake_recall(struct scratch *s,
					    const __u8 *frame, const __u8 *end)
{
	const struct cookie_keys *keys = handshake_keys();
	struct packet *p = &s->packet;
	int kept;

	p->odd = option_read(s, frame, end);
	if (!keys)
		return COOKIE_NONE;
	kept = cookie_check(keys, &p->flow, p->seq - 1, p->seconds,
			    receive.scale, p->timestamps, p->ack - 1);
	if (kept >= 0)
		option_recall(p, kept);
	return kept;
}

/* The record and MTU of the interface that the packet came by, cached for a
 * tick. */
static __always_inline const struct cached_interface *
handshake_interface(struct xdp_md *ctx, struct scratch *s)
{
	const struct fast_interface *interface;
	__u32 ifindex = ctx->ingress_ifindex;
	struct cached_interface *cached = &s->cached_interface;

	if (cached->ifindex == ifindex)
		return cached;
	cached->mtu = cached->flags = 0;
	interface = bpf_map_lookup_elem(&interfaces, &ifindex);
	if (interface)
		cached->flags = interface->flags;
	bpf_check_mtu(ctx, 0, &cached->mtu, 0, 0);
	cached->ifindex = ifindex;
	return cached;
}

/* The MSS to offer: the largest segment that the interface can take. */
static __always_inline __u32 handshake_mss(const struct packet *p, __u32 mtu)
{
	__u32 headers = (p->ipv4 ? IPV4_LEN : IPV6_LEN) + TCP_LEN;
	__u32 mss = mtu < headers + 536 ? 536 : mtu - headers;

	if (mss > 65495)
		mss = 65495;
	mss = receive_clamp(mss, receive.mss[!!p->ipv4]);
	return receive_clamp(mss, p->listener.mss);
}

/* Reduce the options of a SYN, in the packet, to those that this host's kernel
 * does, too, and that a cookie can keep. Returns what the cookie keeps; mss is
 * the client's. */
static __always_inline __u32 handshake_agree(struct packet *p, __u32 mss)
{
	__u32 kept;

	if (!(host_offers & FAST_OFFER_TIMESTAMPS))
		p->timestamps = 0;
	if (!(host_offers & FAST_OFFER_SACK))
		p->sack = 0;
	if (!(host_offers & FAST_OFFER_WSCALE))
		p->wscale = OPTION_NO_WSCALE;
	if (p->timestamps)
		return cookie_class(mss);
	kept = kept_make(mss, p->sack, p->wscale, p->ipv4);
	p->sack = kept_sack(kept);
	p->wscale = kept_scale(kept);
	return kept;
}

/* Write the options of a SYN-ACK, those agreed to; returns their length. */
static __always_inline __u32 handshake_options(struct scratch *s, __u32 mtu)
{
	__be32 *option = (void *)(REPLY_TCP(s) + TCP_LEN);
	__be32 scale = bpf_htonl(OPTION_NOP_WSCALE << 8 | receive.scale);
	struct packet *p = &s->packet;

	option[0] = bpf_htonl(OPTION_MSS_HEAD << 16 | handshake_mss(p, mtu));
	if (p->timestamps) {
		option[1] = bpf_htonl(p->sack ? OPTION_SACK_TIMESTAMPS
					      : OPTION_NOP_TIMESTAMPS);
		option[2] = bpf_htonl(option_remember(p));
		option[3] = bpf_htonl(p->tsval);
		option[4] = scale;
		return p->wscale == OPTION_NO_WSCALE ? 16 : 20;
	}
	if (!p->sack) /* nor a scale, see kept.h */
		return 4;
	option[1] = bpf_htonl(OPTION_NOP_SACK);
	option[2] = scale;
	return p->wscale == OPTION_NO_WSCALE ? 8 : 12;
}

/* Whether to leave a SYN to the kernel because packets of its connection may be
 * fragmented: its request may come in fragments, and only the kernel joins
 * them. That holds for all SYNs by an interface that takes less than each host
 * can, and for those of clients that let theirs be fragmented on the way (RFC
 * 791, no DF), as many as fragment_take() allows. */
static __always_inline int handshake_fragments(const struct packet *p,
					       const __u8 *frame,
					       const __u8 *end, __u32 mtu)
{
	const struct iphdr *ip = (const void *)(frame + (p->ip & 31));

	if (!p->ipv4 || (const __u8 *)(ip + 1) > end)
		return 0;
	if (mtu < IPV4_LEAST)
		return 1;
	return !(bpf_ntohs(ip->frag_off) & IPV4_DF) &&
	       fragment_take(p->seconds);
}

static __always_inline int handshake_syn(struct xdp_md *ctx, struct scratch *s)
{
	const struct cookie_keys *keys = handshake_keys();
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	const struct cached_interface *cached;
	struct packet *p = &s->packet;
	__u32 cookie, mss, kept;

	if (p->flags & (TCP_FIN | TCP_RST | TCP_ACK | TCP_URG) || !keys)
		return COUNTER_PASS_FLAGS;
	cached = handshake_interface(ctx, s);
	if (cached->flags & FAST_IF_DRAINING)
		return COUNTER_PASS_SYN_DRAINING;
	mss = p->ipv4 ? cookie_mss(0) : cookie_mss(1);
	if (option_read(s, frame, end) || (p->mss && p->mss < mss))
		return COUNTER_PASS_SYN_OPTIONS;
	if (handshake_fragments(p, frame, end, cached->mtu))
		return COUNTER_PASS_SYN_FRAGMENTS;
	kept = handshake_agree(p, p->mss ? p->mss : mss);
	cookie = cookie_make(keys, &p->flow, p->seq, p->seconds, receive.scale,
			     kept);
	p->listener.window = receive_window(p->listener.space, receive.segments,
					    kept_mss(kept, p->ipv4));
	s->reply_options = handshake_options(s, cached->mtu);
	if (reply_send(ctx, TCP_SYN | TCP_ACK, cookie, p->seq + 1, 0))
		return COUNTER_PASS_NO_ROOM;
	return COUNTER_COOKIE_SENT;
}

/* A segment of ours that came before its request, which is lost or on its way.
 * If it is known to be the first request, the kernel gets the connection.
 * Otherwise the segment is not acknowledged: the client sends it again after
 * the request. */
static __always_inline int handshake_early(const struct packet *p)
{
	__u64 ours = flow_ours(p);

	if (ours)
		return ours & FLOW_ANSWERED ? COUNTER_DROP_EARLY
					    : COUNTER_PASS_EARLY;
	return flow_handed(p) ? COUNTER_PASS_FOLLOWING : COUNTER_DROP_EARLY;
}

/* answered: the client is known to have our FIN. */
static __always_inline int handshake_fin(struct xdp_md *ctx, struct scratch *s,
					 int answered)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	struct packet *p = &s->packet;
	__u32 flags = TCP_ACK;
	int kept;

	if (answered) {
		p->odd = option_read(s, frame, end);
		kept = COOKIE_NONE;
	} else {
		kept = handshake_recall(s, frame, end);
	}
	if (kept == COOKIE_EARLY)
		return handshake_early(p);
	if (kept >= 0)
		flags |= TCP_FIN;
	else
		option_recall(p, 0); /* the timestamps' part */
	if (p->odd)
		return COUNTER_PASS_FLAGS;
	s->reply_options = reply_timestamps(s);
	if (reply_send(ctx, flags, p->ack, p->seq + 1, 0))
		return COUNTER_PASS_NO_ROOM;
	if (kept < 0)
		return COUNTER_FIN_ACKED;
	counter_add(COUNTER_COOKIE_ACCEPTED);
	return COUNTER_FIN_ANSWERED;
}

#endif
