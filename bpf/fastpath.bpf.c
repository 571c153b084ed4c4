// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The fast path: a stateless XDP responder, and the TC program that gives what
 * it does not answer to the kernel's own TCP.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "counter.h"
#include "fastpath.h"
#include "flow.h"
#include "head.h"
#include "kept.h"
#include "maps.bpf.h"
#include "release.bpf.h"
#include "scratch.bpf.h"
#include "frame.bpf.h"
#include "packet.bpf.h"
#include "flow.bpf.h"
#include "option.bpf.h"
#include "socket.bpf.h"
#include "listener.bpf.h"
#include "merged.bpf.h"
#include "reply.bpf.h"
#include "fragment.bpf.h"
#include "handshake.bpf.h"
#include "date.bpf.h"
#include "request.bpf.h"
#include "answer.bpf.h"
#include "assign.bpf.h"

/* Remember that the kernel is given this connection, for what comes right
 * behind. */
static __always_inline int hand_over(struct scratch *s, int reason)
{
	flow_forget(&s->packet, FLOW_OURS);
	flow_keep(&s->packet, FLOW_HANDED, 0);
	return reason;
}

/* A segment with data: a request, if its cookie is ours. */
static __always_inline int respond_data(struct xdp_md *ctx, struct scratch *s)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	struct packet *p = &s->packet;
	int kept = handshake_recall(s, frame, end), reason;
	__u32 len = p->data_len;

	if (kept == COOKIE_EARLY)
		return handshake_early(p);
	if (kept < 0) {
		/* It may be what the kernel's own cookie came back with. */
		flow_forget(p, FLOW_OURS);
		return COUNTER_COOKIE_REFUSED;
	}
	counter_add(COUNTER_COOKIE_ACCEPTED);
	if (p->odd || p->flags & TCP_URG)
		return hand_over(s, COUNTER_HAND_FLAGS);
	if (len > HEAD_ROOM ||
	    frame_load(ctx, s->before_text, 2 * HEAD_ROOM - 1, 8, p->data, len))
		return hand_over(s, COUNTER_HAND_LONG);
	reason = request_scan(len);
	if (!reason)
		reason = answer_request(ctx);
	if (reason >= COUNTER_HAND_MISS)
		return hand_over(s, reason);
	return reason;
}

/* What the kernel has for the packet: 0 for nothing or a listener, else the
 * counter of why it is the kernel's. */
static __always_inline int respond_connected(struct xdp_md *ctx,
					     struct packet *p)
{
	struct bpf_sock *found = SOCKET_FIND(ctx, p);
	int reason = 0;

	if (!found)
		return 0;
	if (found->state != SOCKET_LISTEN)
		reason = COUNTER_PASS_CONNECTION;
	else if (p->flags & TCP_SYN && socket_mptcp(found))
		reason = COUNTER_PASS_SYN_MPTCP;
	else if (p->flags & TCP_SYN)
		listener_read(p, found);
	bpf_sk_release(found);
	return reason;
}

/* The kernel will have the connection whose SYN is passed. */
static __always_inline int respond_syn(struct xdp_md *ctx, struct scratch *s)
{
	int counter;

	listener_none(&s->packet);
	counter = respond_connected(ctx, &s->packet);
	if (!counter)
		counter = handshake_syn(ctx, s);
	if (counter == COUNTER_COOKIE_SENT)
		flow_keep(&s->packet, FLOW_OURS, s->packet.cookie);
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
	int no;

	if (flags & TCP_SYN)
		return respond_syn(ctx, s);
	ours = flow_ours(p);
	no = ours ? 0 : respond_connected(ctx, p);
	if (no)
		return no;
	if (flags & TCP_RST)
		return flow_handed(p) ? COUNTER_PASS_FOLLOWING
				      : COUNTER_DROP_RST;
	if (!(flags & TCP_ACK))
		return COUNTER_PASS_FLAGS;
	if (p->data_len)
		return respond_data(ctx, s);
	if (!(flags & TCP_FIN))
		return COUNTER_DROP_ACK;
	return handshake_fin(ctx, s, ours && flow_further(ours, p->ack));
}

static __always_inline int respond(struct xdp_md *ctx)
{
	const __u8 *frame = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	struct scratch *s = scratch_get();
	int no;

	if (!s)
		return COUNTER_PASS_MALFORMED;
	s->packet.len = end - frame;
	no = packet_parse(s, frame, end, ctx->ingress_ifindex);
	return no ? no - 1 : respond_segment(ctx, s);
}

static __always_inline int verdict(int counter)
{
	if (counter >= COUNTER_DROP_ACK && counter <= COUNTER_DROP_EARLY)
		return XDP_DROP;
	if (counter == COUNTER_COOKIE_SENT ||
	    (counter >= COUNTER_FIN_ACKED && counter <= COUNTER_HEAD_410))
		return XDP_TX;
	return XDP_PASS;
}

SEC("xdp")
int xdp_respond(struct xdp_md *ctx)
{
	int counter = respond(ctx);

	counter_add(counter);
	return verdict(counter);
}

SEC("tc")
int tc_hand_over(struct __sk_buff *skb)
{
	int counter = assign(skb);

	if (counter >= 0)
		counter_add(counter);
	return counter == COUNTER_ASSIGN_BACKLOG ||
			       counter == COUNTER_DROP_EARLY
		       ? TC_ACT_SHOT
		       : TC_ACT_UNSPEC;
}

char license_text[] SEC("license") = "Dual BSD/GPL";
