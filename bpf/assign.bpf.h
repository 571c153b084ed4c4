/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ASSIGN_BPF_H
#define ASSIGN_BPF_H

/*
 * The hand-over, at TC ingress: data with our cookie are given to the listener
 * as the first of a connection that it has made itself.
 */

/* Of the kernel (6.9); what it does not name it wants to be zero. */
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
 * The kernel's clock of this connection: what it says now. The kernel takes what
 * that is ahead of the timestamp which came back for its first round-trip time,
 * so it is ahead by the time since the SYN-ACK, in which the handshake's bare
 * ACK has made the round trip. A client may have taken its time since then; with
 * ASSIGN_RTT_MAX the retransmission time is a second, as it is where nothing is
 * known (RFC 6298 2.1).
 */
enum { ASSIGN_RTT_MAX = 333 /* ms */ };

static __always_inline __u32 assign_clock(const struct packet *p)
{
	/* The coarse clock, of the SYN-ACK, is behind this one: the time is
	 * never taken for too short, from which the kernel would suffer. */
	__s32 age = option_age(p, bpf_ktime_get_ns() / 1000000);

	if (age < 0)
		age = 0;
	return p->tsecr + (age < ASSIGN_RTT_MAX ? age : ASSIGN_RTT_MAX);
}

static __always_inline void assign_attrs(struct bpf_tcp_req_attrs *attrs,
					 const struct packet *p)
{
	attrs->mss = p->mss;
	attrs->sack_ok = !!p->sack;
	if (p->timestamps) {
		attrs->tstamp_ok = 1;
		attrs->rcv_tsval = p->tsval;
		attrs->rcv_tsecr = assign_clock(p);
	}
	if (p->wscale == OPTION_NO_WSCALE)
		return;
	attrs->wscale_ok = 1;
	attrs->snd_wscale = p->wscale;
	attrs->rcv_wscale = receive.scale;
}

static __always_inline int assign_listener(struct __sk_buff *skb,
					   struct bpf_sock *found,
					   const struct packet *p)
{
	struct bpf_tcp_req_attrs attrs = {};
	struct sock *listener;

	if (found->state != SOCKET_LISTEN)
		return COUNTER_PASS_CONNECTION;
	listener = (struct sock *)bpf_skc_to_tcp_sock(found);
	if (!listener)
		return COUNTER_ASSIGN_FAILED;
	/* The kernel would drop the request and then, without a connection,
	 * reset what comes behind it. */
	if (listener->sk_ack_backlog > listener->sk_max_ack_backlog)
		return COUNTER_ASSIGN_BACKLOG;
	assign_attrs(&attrs, p);
	if (bpf_sk_assign_tcp_reqsk(skb, listener, &attrs, sizeof(attrs)))
		return COUNTER_ASSIGN_FAILED;
	return COUNTER_ASSIGNED;
}

/* What is behind a request that has not got to the kernel. */
static __always_inline int assign_early(struct __sk_buff *skb,
					const struct packet *p)
{
	struct bpf_sock *found = SOCKET_FIND(skb, p);
	int connected = 0;

	if (found) {
		connected = found->state != SOCKET_LISTEN;
		bpf_sk_release(found);
	}
	return connected || flow_handed(p) ? -1 : COUNTER_DROP_EARLY;
}

/* Have the headers, as far as they go, where they can be read. */
static __always_inline int assign_headers(struct __sk_buff *skb)
{
	__u32 len = skb->len < PACKET_HEADERS ? skb->len : PACKET_HEADERS;

	if (skb->data_end - skb->data >= len)
		return 0;
	return bpf_skb_pull_data(skb, len);
}

/* Returns the counter of what was done, or -1 for a packet that is not for a
 * hand-over. */
static __always_inline int assign(struct __sk_buff *skb)
{
	struct scratch *s = scratch_get();
	const __u8 *frame, *end;
	struct bpf_sock *found;
	struct packet *p;
	int kept, counter;

	if (!s || assign_headers(skb))
		return -1;
	frame = (void *)(long)skb->data;
	end = (void *)(long)skb->data_end;
	p = &s->packet;
	p->len = skb->len;
	if (packet_parse(s, frame, end, skb->ingress_ifindex))
		return -1;
	if (p->flags & (TCP_SYN | TCP_RST) || !(p->flags & TCP_ACK) ||
	    (!p->data_len && !(p->flags & TCP_FIN)))
		return -1;
	kept = handshake_recall(s, frame, end);
	if (kept == COOKIE_EARLY)
		return assign_early(skb, p);
	if (kept < 0 || !p->data_len)
		return -1;
	found = SOCKET_FIND(skb, p);
	if (!found)
		return COUNTER_ASSIGN_NO_LISTENER;
	counter = assign_listener(skb, found, p);
	bpf_sk_release(found);
	if (counter == COUNTER_ASSIGN_BACKLOG)
		flow_forget(p, FLOW_HANDED);
	if (counter == COUNTER_ASSIGNED) /* a SYN may have come between */
		flow_forget(p, FLOW_OURS);
	return counter == COUNTER_PASS_CONNECTION ? -1 : counter;
}

#endif
