/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LISTENER_BPF_H
#define LISTENER_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "listener_mark.h"
#include "maps.bpf.h"
#include "receive.h"
#include "scratch.bpf.h"
#include "socket.bpf.h"

/* What the listener of a SYN says of the connection, in packet->listener. The
 * kernel's structures have only the fields asked for; libbpf finds their
 * places. */

struct sock___room {
	int sk_rcvbuf;
} __attribute__((preserve_access_index));

struct tcp_options_received___mss {
	__u16 user_mss;
} __attribute__((preserve_access_index));

struct tcp_sock___room {
	__u8 scaling_ratio; /* of data to buffers, in 256th */
	__u32 window_clamp; /* TCP_WINDOW_CLAMP, or 0 */
	struct tcp_options_received___mss rx_opt; /* TCP_MAXSEG, or 0 */
} __attribute__((preserve_access_index));

struct tcp_sock___keepalive {
	__u32 keepalive_time, keepalive_intvl;
	__u8 keepalive_probes;
} __attribute__((preserve_access_index));

static __always_inline enum listener_mark
listener_mark(const struct tcp_sock *listener)
{
	const struct tcp_sock___keepalive *mark = (const void *)listener;

	return listener_mark_of(mark->keepalive_time, mark->keepalive_intvl,
				mark->keepalive_probes);
}

/* Whether what a listener accepts came by TLS. */
static __always_inline int listener_https(const struct tcp_sock *listener)
{
	return listener_mark(listener) == LISTENER_MARK_HTTPS;
}

/* Whether what listens where a request goes is a server of detour, which counts
 * what it gets by itself. */
static __noinline int listener_ours(struct xdp_md *ctx)
{
	struct scratch *s = scratch_get();
	struct bpf_sock *found;
	int ours = 0;

	if (!s)
		return 0;
	found = SOCKET_FIND_FROM(ctx, &s->packet, 0);
	if (!found)
		return 0;
	if (found->state == BPF_TCP_LISTEN)
		ours = listener_mark(socket_listener(found)) !=
		       LISTENER_MARK_NONE;
	bpf_sk_release(found);
	return ours;
}

/* Where nothing listens: as a listener that has set nothing. */
static __always_inline void listener_none(struct packet *p)
{
	p->listener.space = receive_clamp(receive.space, receive.clamp);
	p->listener.mss = 0;
}

static __always_inline void listener_read(struct packet *p,
					  const struct tcp_sock *listener)
{
	const struct tcp_sock___room *room = (const void *)listener;
	const struct sock___room *sock = (const void *)listener;
	__u32 space;

	space = (__u64)(__u32)sock->sk_rcvbuf * room->scaling_ratio >> 8;
	space = receive_clamp(space, receive.clamp);
	p->listener.space = receive_clamp(space, room->window_clamp);
	p->listener.mss = room->rx_opt.user_mss;
}

#endif
