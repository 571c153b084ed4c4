/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SOCKET_BPF_H
#define SOCKET_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "fastpath.h"
#include "packet.bpf.h"
#include "scratch.bpf.h"

/* What the kernel knows of a connection. A socket in state BPF_TCP_NEW_SYN_RECV
 * is a request: a SYN has come, and no more. */

/* Fill packet->tuple for a look-up; returns its size. */
static __always_inline __u32 socket_tuple(struct packet *p, __u16 client_port)
{
	const struct fast_flow *flow = &p->flow;
	struct bpf_sock_tuple *tuple = &p->tuple;

	if (p->ipv4) {
		tuple->ipv4.saddr = *(const __be32 *)(flow->client + 12);
		tuple->ipv4.daddr = *(const __be32 *)(flow->server + 12);
		tuple->ipv4.sport = client_port;
		tuple->ipv4.dport = flow->server_port;
		return sizeof(tuple->ipv4);
	}
	__builtin_memcpy(tuple->ipv6.saddr, flow->client, 16);
	__builtin_memcpy(tuple->ipv6.daddr, flow->server, 16);
	tuple->ipv6.sport = client_port;
	tuple->ipv6.dport = flow->server_port;
	return sizeof(tuple->ipv6);
}

/* The kernel's structures, with the fields asked for; libbpf finds their
 * places. */
struct sock {
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
} __attribute__((preserve_access_index));

struct fastopen_queue {
	int max_qlen;
} __attribute__((preserve_access_index));

struct request_sock_queue {
	struct fastopen_queue fastopenq;
} __attribute__((preserve_access_index));

struct inet_connection_sock {
	struct request_sock_queue icsk_accept_queue;
} __attribute__((preserve_access_index));

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	_Bool is_mptcp;
} __attribute__((preserve_access_index));

struct tcp_request_sock {
	__u32 rcv_isn, snt_isn;
} __attribute__((preserve_access_index));

extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

/* What the kernel keeps of a socket in state BPF_TCP_LISTEN, for reading: it was
 * looked up as one of TCP. bpf_skc_to_tcp_sock() would be one more call. */
static __always_inline const struct tcp_sock *
socket_listener(struct bpf_sock *found)
{
	return bpf_rdonly_cast(found, bpf_core_type_id_kernel(struct tcp_sock));
}

/* Whether a listener is one of MPTCP, to which nothing can be handed over. */
static __always_inline int socket_mptcp(const struct tcp_sock *listener)
{
	return bpf_core_field_exists(listener->is_mptcp) && listener->is_mptcp;
}

/* Whether a listener takes data of a SYN. */
static __always_inline int socket_fast_open(const struct tcp_sock *listener)
{
	return listener->inet_conn.icsk_accept_queue.fastopenq.max_qlen > 0;
}

/*
 * Whether a segment belongs to the kernel's request socket. Anybody can make
 * one with a SYN from another's address. So the kernel gets only what belongs
 * to its own handshake: the SYN again, the acknowledgment of its SYN-ACK, and
 * RST, which it judges by itself.
 */
static __always_inline int socket_request_has(struct bpf_sock *found,
					      const struct packet *p)
{
	struct tcp_request_sock *request =
		(void *)bpf_skc_to_tcp_request_sock(found);

	if (!request || p->flags & TCP_RST)
		return 1;
	return p->flags & TCP_SYN ? request->rcv_isn == p->seq
				  : request->snt_isn + 1 == p->ack;
}

/* The socket that the kernel would give the packet to, which the caller
 * releases; or NULL. A macro, since ctx is another structure on each hook. */
#define SOCKET_FIND(ctx, p) SOCKET_FIND_FROM(ctx, p, (p)->flow.client_port)

/* The same for another client port: port 0 finds only listeners. */
#define SOCKET_FIND_FROM(ctx, p, port)                                       \
	({                                                                   \
		__u32 size_ = socket_tuple(p, port);                         \
		struct bpf_sock *found_;                                     \
                                                                             \
		if (size_ == sizeof((p)->tuple.ipv4))                        \
			found_ = bpf_skc_lookup_tcp(ctx, &(p)->tuple,        \
						    sizeof((p)->tuple.ipv4), \
						    BPF_F_CURRENT_NETNS, 0); \
		else                                                         \
			found_ = bpf_skc_lookup_tcp(ctx, &(p)->tuple,        \
						    sizeof((p)->tuple.ipv6), \
						    BPF_F_CURRENT_NETNS, 0); \
		found_;                                                      \
	})

#endif
