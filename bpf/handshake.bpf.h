/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HANDSHAKE_BPF_H
#define HANDSHAKE_BPF_H

/* Segments without data: the connection's begin and end, as TCP has them (RFC
 * 9293 3.10.7), without a state. Each returns the counter of what it did. */

static __always_inline const struct cookie_keys *handshake_keys(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cookie_keys, &zero);
}

/* Of a segment's cookie: the MSS class, COOKIE_NONE or COOKIE_EARLY. */
static __always_inline int handshake_class(const struct packet *p)
{
	const struct cookie_keys *keys = handshake_keys();

	return keys ? cookie_check(keys, &p->flow, p->seq - 1, p->seconds,
				   p->ack - 1)
		    : COOKIE_NONE;
}

/* What there is to know of the interface that the packet came by; it is
 * remembered for a tick. */
static __always_inline const struct near_link *
handshake_link(struct xdp_md *ctx, struct scratch *s)
{
	const struct fast_interface *interface;
	__u32 ifindex = ctx->ingress_ifindex;
	struct near_link *link = &s->link;

	if (link->ifindex == ifindex)
		return link;
	link->mtu = link->flags = 0;
	interface = bpf_map_lookup_elem(&interfaces, &ifindex);
	if (interface)
		link->flags = interface->flags;
	bpf_check_mtu(ctx, 0, &link->mtu, 0, 0);
	link->ifindex = ifindex;
	return link;
}

/* The largest segment that an interface can take. */
static __always_inline __u32 handshake_mss(const struct packet *p, __u32 mtu)
{
	__u32 headers = (p->ipv4 ? IPV4_LEN : IPV6_LEN) + TCP_LEN;

	if (mtu < headers + 536)
		return 536;
	return mtu - headers > 65495 ? 65495 : mtu - headers;
}

/* The options of a SYN-ACK: those that were offered, but SACK and the window
 * scale only with timestamps, in which they are remembered. Their length. */
static __always_inline __u32 handshake_options(struct scratch *s, __u32 mtu)
{
	__be32 *option = (void *)(REPLY_TCP(s) + TCP_LEN);
	struct packet *p = &s->packet;

	option[0] =
		bpf_htonl(OPTION_MSS << 24 | 4 << 16 | handshake_mss(p, mtu));
	if (!(offers & FAST_OFFER_TIMESTAMPS))
		p->timestamps = 0;
	if (!(offers & FAST_OFFER_SACK))
		p->sack = 0;
	if (!(offers & FAST_OFFER_WSCALE))
		p->wscale = OPTION_NO_WSCALE;
	if (!p->timestamps)
		return 4;
	option[1] = bpf_htonl((p->sack ? OPTION_SACK << 24 | 2 << 16
				       : OPTION_NOP << 24 | OPTION_NOP << 16) |
			      OPTION_TIMESTAMPS << 8 | 10);
	option[2] = bpf_htonl(option_remember(p));
	option[3] = bpf_htonl(p->tsval);
	if (p->wscale == OPTION_NO_WSCALE)
		return 16;
	option[4] = bpf_htonl(OPTION_NOP << 24 | OPTION_WSCALE << 16 | 3 << 8 |
			      OPTION_OUR_WSCALE);
	return 20;
}

static __always_inline int handshake_syn(struct xdp_md *ctx, struct scratch *s)
{
	const struct cookie_keys *keys = handshake_keys();
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	const struct near_link *link;
	struct packet *p = &s->packet;
	__u32 cookie, options, mss;

	if (p->flags & (TCP_FIN | TCP_RST | TCP_ACK | TCP_URG) || !keys)
		return COUNTER_PASS_FLAGS;
	if (p->data_len)
		return COUNTER_PASS_SYN_DATA;
	link = handshake_link(ctx, s);
	if (link->flags & FAST_DRAINING)
		return COUNTER_PASS_SYN_DRAINING;
	mss = p->ipv4 ? cookie_mss(0) : cookie_mss(1);
	if (option_read(s, frame, end) || (p->mss && p->mss < mss))
		return COUNTER_PASS_SYN_OPTIONS;
	cookie = cookie_make(keys, &p->flow, p->seq, p->seconds,
			     cookie_class(p->mss ? p->mss : mss));
	options = handshake_options(s, link->mtu);
	if (reply_send(ctx, TCP_SYN | TCP_ACK | options << REPLY_OPTIONS,
		       cookie, p->seq + 1, 0))
		return COUNTER_PASS_NO_ROOM;
	p->cookie = cookie;
	return COUNTER_COOKIE_SENT;
}

/* Ours, but ahead of a request that is lost or on its way: nothing of it is
 * acknowledged, so that the client sends it again behind the request. */
static __always_inline int handshake_early(const struct packet *p)
{
	return flow_handed(p) ? COUNTER_PASS_FOLLOWING : COUNTER_DROP_EARLY;
}

/* answered: it is known that the client has our FIN. */
static __always_inline int handshake_fin(struct xdp_md *ctx, struct scratch *s,
					 int answered)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	struct packet *p = &s->packet;
	int class = answered ? COOKIE_NONE : handshake_class(p);
	__u32 what = TCP_ACK;

	if (class == COOKIE_EARLY)
		return handshake_early(p);
	if (class >= 0)
		what |= TCP_FIN;
	if (option_read(s, frame, end))
		return COUNTER_PASS_FLAGS;
	if (reply_send(ctx, what | reply_timestamps(s) << REPLY_OPTIONS, p->ack,
		       p->seq + 1, 0))
		return COUNTER_PASS_NO_ROOM;
	if (class < 0)
		return COUNTER_FIN_ACKED;
	counter_add(COUNTER_COOKIE_ACCEPTED);
	return COUNTER_FIN_ANSWERED;
}

#endif
