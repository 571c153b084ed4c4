/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SOCKET_BPF_H
#define SOCKET_BPF_H

/* What the kernel knows of a connection. */

enum { SOCKET_LISTEN = 10 /* TCP_LISTEN of the kernel */ };

static __always_inline __u32 socket_tuple(struct bpf_sock_tuple *tuple,
					  const struct packet *p)
{
	const struct fast_flow *flow = &p->flow;

	if (p->ipv4) {
		tuple->ipv4.saddr = *(const __be32 *)(flow->client + 12);
		tuple->ipv4.daddr = *(const __be32 *)(flow->server + 12);
		tuple->ipv4.sport = flow->client_port;
		tuple->ipv4.dport = flow->server_port;
		return sizeof(tuple->ipv4);
	}
	__builtin_memcpy(tuple->ipv6.saddr, flow->client, 16);
	__builtin_memcpy(tuple->ipv6.daddr, flow->server, 16);
	tuple->ipv6.sport = flow->client_port;
	tuple->ipv6.dport = flow->server_port;
	return sizeof(tuple->ipv6);
}

/* Of the kernel's structures what is asked for here; libbpf finds the places. */
struct sock {
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
} __attribute__((preserve_access_index));

struct tcp_sock {
	_Bool is_mptcp;
} __attribute__((preserve_access_index));

/* Whether a listener is one of MPTCP, to which nothing can be handed over. */
static __always_inline int socket_mptcp(struct bpf_sock *found)
{
	struct tcp_sock *listener = (void *)bpf_skc_to_tcp_sock(found);

	return listener && bpf_core_field_exists(listener->is_mptcp) &&
	       listener->is_mptcp;
}

/* The socket that the kernel would give the packet to: to be released, or NULL.
 * A macro, since ctx is another structure on each hook. */
#define SOCKET_FIND(ctx, p)                                                  \
	({                                                                   \
		struct bpf_sock_tuple tuple_ = {};                           \
		__u32 size_ = socket_tuple(&tuple_, p);                      \
		struct bpf_sock *found_;                                     \
                                                                             \
		if (size_ == sizeof(tuple_.ipv4))                            \
			found_ = bpf_skc_lookup_tcp(ctx, &tuple_,            \
						    sizeof(tuple_.ipv4),     \
						    BPF_F_CURRENT_NETNS, 0); \
		else                                                         \
			found_ = bpf_skc_lookup_tcp(ctx, &tuple_,            \
						    sizeof(tuple_.ipv6),     \
						    BPF_F_CURRENT_NETNS, 0); \
		found_;                                                      \
	})

#endif
