// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The fast path: a stateless XDP responder, and the TC program that gives what
 * it does not answer to the kernel's own TCP. Each packet ends at one counter
 * (counter.h), which has its verdict:
 *
 *   frame
 *     |
 *   packet_parse() ------ not TCP, or not for us -------> pass  PASS_*
 *     |
 *     |- SYN ---> respond_begin() - the kernel's, or
 *     |             |               nothing listens ----> pass  PASS_*
 *     |           handshake_syn() ----------------------> tx    COOKIE_SENT
 *     |
 *   respond_connected() - the kernel has it ------------> pass  PASS_CONNECTION
 *     |
 *     |- RST, bare ACK ---------------------------------> drop  DROP_RST, _ACK
 *     |- FIN ---> handshake_fin() ----------------------> tx    FIN_*
 *     |
 *   respond_data() ------ no cookie of ours ------------> pass  COOKIE_REFUSED
 *     |                 - before its request -----------> drop  DROP_EARLY, or
 *     |                                                   pass  PASS_EARLY -.
 *   plain_read()          the head, and the key of it; or                  |
 *   request_scan()        the head                                         |
 *   request_path(), request_host()   the key                               |
 *   answer_find()         the rule                                         |
 *     |                 - none: miss_take()                               |
 *     |------------------ what is not answered here ----> pass  HAND_* ----|
 *   answer_write(), reply_send() -----------------------> tx    GET_*, HEAD_*
 *                                                                          |
 *   at TC ingress, with what was passed:                                   |
 *   handover_take() <------------------------------------------------------'
 *     |
 *   packet_parse(), handshake_recall()   our cookie once more
 *     |
 *   handover_listener()   the listener gets a connection: ASSIGNED, and the
 *                         request goes up to the socket responder
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "answer.bpf.h"
#include "cookie.h"
#include "counter.h"
#include "fastpath.h"
#include "flow.bpf.h"
#include "flow.h"
#include "frame_copy.bpf.h"
#include "handover.bpf.h"
#include "handshake.bpf.h"
#include "head.h"
#include "listener.bpf.h"
#include "live_hits.bpf.h"
#include "maps.bpf.h"
#include "miss.bpf.h"
#include "packet.bpf.h"
#include "plain.bpf.h"
#include "request.bpf.h"
#include "scratch.bpf.h"
#include "socket.bpf.h"

/* Note that the kernel gets this connection, for the segments that follow. */
static __always_inline int respond_hand_over(struct scratch *s, int reason)
{
	flow_keep_handed(&s->packet);
	return reason;
}

/* A rule has won that leaves its requests to a server. One of detour's counts
 * that by itself. */
static __always_inline void respond_passed(struct xdp_md *ctx,
					   struct scratch *s)
{
	if (listener_ours(ctx))
		return;
	date_update(s);
	live_hits_add(s);
}

/* A segment with data and our cookie: a request. */
static __always_inline int respond_request(struct xdp_md *ctx,
					   struct scratch *s)
{
	enum flow_often often = flow_often(&s->packet);
	struct packet *p = &s->packet;
	__u32 len = p->data_len;
	int reason;

	if (often == FLOW_REPEATED)
		return COUNTER_DROP_REPEATED;
	/* Who listened when it began has gone. */
	if (p->https)
		return respond_hand_over(s, COUNTER_PASS_HTTPS);
	if (p->odd || p->flags & TCP_URG)
		return respond_hand_over(s, COUNTER_HAND_FLAGS);
	if (often == FLOW_CROWDED)
		return respond_hand_over(s, COUNTER_HAND_REPEATED);
	if (len > HEAD_ROOM ||
	    frame_load(ctx, s->before_text, 2 * HEAD_ROOM - 1, 8, p->data, len))
		return respond_hand_over(s, COUNTER_HAND_LONG);
	s->plain = !map_live(s) && plain_read(s, len);
	reason = s->plain ? COUNTER_NONE : request_scan(len);
	if (reason == COUNTER_NONE)
		reason = answer_request(ctx, s);
	if (reason == COUNTER_HAND_MISS)
		miss_take(ctx, s);
	if (reason == COUNTER_HAND_PASS || reason == COUNTER_HAND_OK)
		respond_passed(ctx, s);
	if (counter_verdict(reason) == VERDICT_HAND)
		return respond_hand_over(s, reason);
	return reason;
}

/* ours: as flow_ours() gives it. */
static __always_inline int respond_data(struct xdp_md *ctx, struct scratch *s,
					__u64 ours)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	int kept = handshake_recall(s, frame, end);

	if (kept == COOKIE_EARLY)
		return handshake_early(&s->packet);
	if (kept < 0) {
		/* The cookie may be one of the kernel's own. */
		flow_forget(&s->packet, FLOW_OURS);
		return COUNTER_COOKIE_REFUSED;
	}
	/* Early, and taken for the first by chance; or there was a SYN of
	 * somebody else. */
	if (ours && flow_elsewhere(ours, s->packet.seq - 1))
		return COUNTER_PASS_EARLY;
	counter_add(COUNTER_COOKIE_ACCEPTED);
	return respond_request(ctx, s);
}

/* Whether a listener is one of https. */
static __always_inline int respond_https(struct bpf_sock *found)
{
	return listener_https(socket_listener(found));
}

/* Whether the kernel has the packet's connection. */
static __always_inline int respond_connected(struct xdp_md *ctx,
					     struct packet *p)
{
	struct bpf_sock *found = SOCKET_FIND(ctx, p);
	int connected;

	if (!found)
		return 0;
	switch (found->state) {
	case BPF_TCP_LISTEN:
		p->https = respond_https(found);
		connected = 0;
		break;
	case BPF_TCP_CLOSE: /* a listener, closed since it was found */
		connected = 0;
		break;
	case BPF_TCP_NEW_SYN_RECV:
		connected = socket_request_has(found, p);
		break;
	default:
		connected = 1;
	}
	bpf_sk_release(found);
	return connected;
}

/* Whether the listener wants the kernel to have a new connection: the counter
 * of the reason; or COUNTER_NONE, and packet->listener is set. */
static __always_inline int respond_listener(struct packet *p,
					    struct bpf_sock *found)
{
	const struct tcp_sock *listener = socket_listener(found);

	/* Frames with a tag, or by a port of a bridge, come to the kernel by
	 * another interface. */
	if (found->bound_dev_if && (bridged || p->ip != ETH_HLEN))
		return COUNTER_PASS_NO_LISTENER;
	if (listener_https(listener))
		return COUNTER_PASS_HTTPS;
	if (socket_mptcp(listener))
		return COUNTER_PASS_SYN_MPTCP;
	if (p->data_len && host_offers & FAST_OFFER_FAST_OPEN &&
	    socket_fast_open(listener))
		return COUNTER_PASS_SYN_DATA;
	listener_read(p, listener);
	return COUNTER_NONE;
}

/* For a SYN where nothing listens. */
static __always_inline int respond_nobody(struct xdp_md *ctx, struct scratch *s)
{
	return handshake_interface(ctx, s)->flags & FAST_IF_WITHOUT_LISTENER
		       ? COUNTER_NONE
		       : COUNTER_PASS_NO_LISTENER;
}

/* For a SYN where the kernel has half a connection of another SYN, which may be
 * anybody's: ask what listens there. */
static __noinline int respond_again(struct xdp_md *ctx)
{
	struct scratch *s = scratch_get();
	struct bpf_sock *found;
	int counter = COUNTER_PASS_CONNECTION;
	__u32 state;

	if (!s)
		return COUNTER_PASS_MALFORMED;
	if (respond_connected(ctx, &s->packet))
		return COUNTER_PASS_CONNECTION;
	found = SOCKET_FIND_FROM(ctx, &s->packet, 0);
	if (!found)
		return respond_nobody(ctx, s);
	state = found->state;
	if (state == BPF_TCP_LISTEN)
		counter = respond_listener(&s->packet, found);
	bpf_sk_release(found);
	return state == BPF_TCP_CLOSE ? respond_nobody(ctx, s) : counter;
}

/* The same for a SYN, by what the kernel has for it. */
static __always_inline int respond_begin(struct xdp_md *ctx, struct scratch *s)
{
	struct bpf_sock *found;
	int counter = COUNTER_PASS_CONNECTION;
	__u32 state;

	if (packet_martian(s, ctx->ingress_ifindex))
		return COUNTER_PASS_ADDRESS;
	found = SOCKET_FIND(ctx, &s->packet);
	if (!found)
		return respond_nobody(ctx, s);
	state = found->state;
	if (state == BPF_TCP_LISTEN)
		counter = respond_listener(&s->packet, found);
	bpf_sk_release(found);
	if (state == BPF_TCP_CLOSE) /* a listener, closed since it was found */
		return respond_nobody(ctx, s);
	return state == BPF_TCP_NEW_SYN_RECV ? respond_again(ctx) : counter;
}

/* When its SYN is passed, the connection is the kernel's. */
static __always_inline int respond_syn(struct xdp_md *ctx, struct scratch *s)
{
	int counter;

	listener_none(&s->packet);
	counter = respond_begin(ctx, s);
	if (counter == COUNTER_NONE)
		counter = handshake_syn(ctx, s);
	if (counter == COUNTER_COOKIE_SENT)
		flow_keep(&s->packet, FLOW_OURS, s->packet.seq);
	else
		flow_forget(&s->packet, FLOW_OURS);
	return counter;
}

static __always_inline int respond_segment(struct xdp_md *ctx,
					   struct scratch *s)
{
	struct packet *p = &s->packet;
	__u32 flags = p->flags;
	__u64 ours;

	if (flags & TCP_SYN)
		return respond_syn(ctx, s);
	ours = flow_ours(p);
	p->https = 0;
	if (!ours && respond_connected(ctx, p))
		return COUNTER_PASS_CONNECTION;
	if (flags & TCP_RST)
		return flow_handed(p) ? COUNTER_PASS_FOLLOWING
				      : COUNTER_DROP_RST;
	if (!(flags & TCP_ACK))
		return COUNTER_PASS_FLAGS;
	if (p->data_len)
		return respond_data(ctx, s, ours);
	if (!(flags & TCP_FIN))
		return COUNTER_DROP_ACK;
	return handshake_fin(ctx, s, ours && flow_ended(ours, p->ack));
}

static __always_inline int respond(struct xdp_md *ctx)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	struct scratch *s = scratch_get();
	int pass;

	if (!s)
		return COUNTER_PASS_MALFORMED;
	s->packet.len = end - frame;
	pass = packet_parse(s, frame, end, ctx->ingress_ifindex);
	return pass == COUNTER_NONE ? respond_segment(ctx, s) : pass;
}

SEC("xdp")
int xdp_respond(struct xdp_md *ctx)
{
	int counter = respond(ctx);

	counter_add(counter);
	switch (counter_verdict(counter)) {
	case VERDICT_TX:
		return XDP_TX;
	case VERDICT_DROP:
		return XDP_DROP;
	default:
		return XDP_PASS;
	}
}

SEC("tc")
int tc_hand_over(struct __sk_buff *skb)
{
	int counter = handover_take(skb);

	if (counter == COUNTER_NONE)
		return TC_ACT_UNSPEC;
	counter_add(counter);
	return counter_verdict(counter) == VERDICT_DROP ? TC_ACT_SHOT
							: TC_ACT_UNSPEC;
}

char license_text[] SEC("license") = "Dual BSD/GPL";
