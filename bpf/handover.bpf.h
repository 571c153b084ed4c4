/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HANDOVER_BPF_H
#define HANDOVER_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "counter.h"
#include "flow.bpf.h"
#include "flow.h"
#include "handshake.bpf.h"
#include "loop.h"
#include "maps.bpf.h"
#include "option.bpf.h"
#include "packet.bpf.h"
#include "scratch.bpf.h"
#include "socket.bpf.h"
#include "stand_in.bpf.h"

/*
 * The hand-over, at TC ingress: data with our cookie go to the listener as if
 * they were the first of a connection that the kernel has made itself.
 */

/* As the kernel has it (6.9); reserved bytes must be zero. */
struct bpf_tcp_req_attrs {
	__u32 rcv_tsval;
	__u32 rcv_tsecr;
	__u16 mss;
	__u8 rcv_wscale;
	__u8 snd_wscale;
	__u8 ecn_ok;
	__u8 wscale_ok;
	__u8 sack_ok;
	__u8 tstamp_ok;
	__u8 usec_ts_ok;
	__u8 reserved[3];
};

extern int bpf_sk_assign_tcp_reqsk(struct __sk_buff *skb, struct sock *sk,
				   struct bpf_tcp_req_attrs *attrs,
				   int attrs__sz) __ksym;

/*
 * What the kernel's clock of this connection says now. The kernel takes its
 * distance from the timestamp that came back for the first round-trip time:
 * here that is the time since the SYN-ACK. A client may have taken its time
 * since the handshake; with HANDOVER_RTT_MAX the retransmission time is a
 * second, as it is where nothing is known (RFC 6298 2.1).
 */
enum { HANDOVER_RTT_MAX = 333 /* ms */ };

static __always_inline __u32 handover_clock(const struct packet *p)
{
	/* The SYN-ACK's clock, the coarse one, is behind this one: the time is
	 * never too short, which would have the kernel resend too early. */
	__s32 age = option_age(p, bpf_ktime_get_ns() / 1000000);

	if (age < 0)
		age = 0;
	return p->tsecr + (age < HANDOVER_RTT_MAX ? age : HANDOVER_RTT_MAX);
}

static __always_inline void handover_attrs(struct bpf_tcp_req_attrs *attrs,
					   const struct packet *p)
{
	attrs->mss = p->mss;
	attrs->sack_ok = !!p->sack;
	if (p->timestamps) {
		attrs->tstamp_ok = 1;
		attrs->rcv_tsval = p->tsval;
		attrs->rcv_tsecr = handover_clock(p);
	}
	if (p->wscale == OPTION_NO_WSCALE)
		return;
	attrs->wscale_ok = 1;
	attrs->snd_wscale = p->wscale;
	attrs->rcv_wscale = receive.scale;
}

static __always_inline int handover_listener(struct __sk_buff *skb,
					     struct bpf_sock *found,
					     const struct packet *p)
{
	struct bpf_tcp_req_attrs attrs = {};
	struct sock *listener;

	if (found->state != BPF_TCP_LISTEN)
		return COUNTER_PASS_CONNECTION;
	listener = (struct sock *)bpf_skc_to_tcp_sock(found);
	if (!listener)
		return COUNTER_ASSIGN_FAILED;
	/* The kernel would drop the request and then, without a connection,
	 * reset what comes after it. */
	if (listener->sk_ack_backlog > listener->sk_max_ack_backlog)
		return COUNTER_ASSIGN_BACKLOG;
	handover_attrs(&attrs, p);
	if (bpf_sk_assign_tcp_reqsk(skb, listener, &attrs, sizeof(attrs)))
		return COUNTER_ASSIGN_FAILED;
	return COUNTER_ASSIGNED;
}

/*
 * Whether the segment in hand has come before the first request of a connection
 * that has just begun: there is one initial sequence number of the client
 * before its first byte on which the flow's entry (flow.h) and the cookie
 * agree. If there are two, neither counts. packet->seq becomes that of the
 * request's first byte, and what the cookie keeps is recalled. Returns 0, or
 * COOKIE_NONE.
 */
static __noinline int handover_ahead(void)
{
	enum { STEP = FLOW_NUMBER + 1, STEPS = 8 };
	const struct cookie_keys *keys = handshake_keys();
	struct scratch *s = scratch_get();
	__u32 first, seq = 0;
	int kept = 0, found;
	__u64 i, ours;

	if (!s || !keys)
		return COOKIE_NONE;
	ours = flow_ours(&s->packet);
	if (!ours || ours & FLOW_ANSWERED)
		return COOKIE_NONE;
	first = s->packet.seq -
		((s->packet.seq - 1 - (__u32)(ours >> FLOW_NUMBER_AT)) &
		 FLOW_NUMBER);
	for (i = LOOP_FROM(0); LOOP(i < STEPS); i = LOOP_FROM(i + 1)) {
		found = cookie_check(keys, &s->packet.flow,
				     first - 1 - STEP * (__u32)i,
				     s->packet.seconds, receive.scale,
				     s->packet.timestamps, s->packet.ack - 1);
		if (found < 0)
			continue;
		if (seq)
			return COOKIE_NONE;
		seq = LOOP_FROM(first - STEP * (__u32)i);
		kept = LOOP_FROM(found);
	}
	if (!seq)
		return COOKIE_NONE;
	s->packet.seq = seq;
	option_recall(&s->packet, kept);
	return 0;
}

/*
 * Have the kernel forget half a connection, whose SYN anybody may have sent in
 * the client's name, by a reset from the client: while it is there, no other
 * can be. The segment in hand comes again after the reset.
 */
static __always_inline int
handover_clear(struct __sk_buff *skb, struct packet *p, struct bpf_sock *found)
{
	struct tcp_request_sock *request =
		(void *)bpf_skc_to_tcp_request_sock(found);

	if (!request || !flow_try(p))
		return COUNTER_DROP_EARLY;
	p->seq = request->rcv_isn + 1;
	return stand_in_make(skb, p, TCP_RST) ? COUNTER_DROP_EARLY
					      : COUNTER_ASSIGN_CLEARED;
}

/* The first data to come are not the first of the connection: give the kernel
 * an acknowledgment of the SYN-ACK before them, so that it tells the client
 * what is missing. Its tsval is older than those still under way. */
static __always_inline int
handover_before(struct __sk_buff *skb, struct packet *p, struct bpf_sock *found)
{
	enum { OLDER = 1000 };

	/* The copy must not come here again. */
	flow_forget(p, FLOW_OURS);
	p->tsval -= OLDER;
	if (stand_in_make(skb, p, TCP_ACK) ||
	    handover_listener(skb, found, p) != COUNTER_ASSIGNED)
		return COUNTER_DROP_EARLY;
	flow_keep(p, FLOW_HANDED, 0);
	return COUNTER_ASSIGNED_EARLY;
}

/* A segment before its request, or after one that did not get to the kernel. */
static __always_inline int
handover_early(struct __sk_buff *skb, struct packet *p, struct bpf_sock *found)
{
	int listens = found->state == BPF_TCP_LISTEN;
	int blocked = found->state == BPF_TCP_NEW_SYN_RECV &&
		      !socket_request_has(found, p);

	if (!listens && !blocked)
		return COUNTER_NONE;
	if (flow_handed(p))
		return COUNTER_NONE;
	if (handover_ahead())
		return COUNTER_DROP_EARLY;
	return blocked ? handover_clear(skb, p, found)
		       : handover_before(skb, p, found);
}

/* Give a segment with our cookie to what the kernel has for it. */
static __always_inline int handover_found(struct __sk_buff *skb,
					  struct packet *p,
					  struct bpf_sock *found, int kept)
{
	__u64 ours = flow_ours(p);
	int counter;

	if (kept == COOKIE_EARLY)
		return handover_early(skb, p, found);
	if (found->state == BPF_TCP_LISTEN && ours &&
	    flow_elsewhere(ours, p->seq - 1) && !handover_ahead())
		return handover_before(skb, p, found);
	if (found->state == BPF_TCP_NEW_SYN_RECV &&
	    !socket_request_has(found, p))
		return handover_clear(skb, p, found);
	counter = handover_listener(skb, found, p);
	if (counter == COUNTER_ASSIGN_BACKLOG)
		flow_forget(p, FLOW_HANDED);
	if (counter == COUNTER_ASSIGNED) /* a SYN may have come between */
		flow_forget(p, FLOW_OURS);
	return counter == COUNTER_PASS_CONNECTION ? COUNTER_NONE : counter;
}

/* Have the headers in the linear part, where they can be read. */
static __always_inline int handover_headers(struct __sk_buff *skb)
{
	__u32 len = skb->len < PACKET_HEADERS ? skb->len : PACKET_HEADERS;

	if (skb->data_end - skb->data >= len)
		return 0;
	return bpf_skb_pull_data(skb, len);
}

/* Returns the counter of what was done, or COUNTER_NONE for a packet that is
 * not for a hand-over. */
static __always_inline int handover_take(struct __sk_buff *skb)
{
	struct scratch *s = scratch_get();
	const __u8 *frame, *end;
	struct bpf_sock *found;
	struct packet *p;
	int kept, counter;

	if (!s || handover_headers(skb))
		return COUNTER_NONE;
	frame = (void *)(long)skb->data;
	end = (void *)(long)skb->data_end;
	p = &s->packet;
	p->len = skb->len;
	if (packet_parse(s, frame, end, skb->ingress_ifindex) != COUNTER_NONE)
		return COUNTER_NONE;
	if (p->flags & (TCP_SYN | TCP_RST) || !(p->flags & TCP_ACK) ||
	    (!p->data_len && !(p->flags & TCP_FIN)))
		return COUNTER_NONE;
	kept = handshake_recall(s, frame, end);
	if (kept == COOKIE_NONE || (kept >= 0 && !p->data_len))
		return COUNTER_NONE;
	found = SOCKET_FIND(skb, p);
	if (!found && kept == COOKIE_EARLY)
		return flow_handed(p) ? COUNTER_NONE : COUNTER_DROP_EARLY;
	if (!found)
		return COUNTER_ASSIGN_NO_LISTENER;
	counter = handover_found(skb, p, found, kept);
	bpf_sk_release(found);
	return counter;
}

#endif
