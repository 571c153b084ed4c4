/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REPLY_BPF_H
#define REPLY_BPF_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/tcp.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "fastpath.h"
#include "flow.h"
#include "frame_copy.bpf.h"
#include "loop.h"
#include "maps.bpf.h"
#include "merged.bpf.h"
#include "option.bpf.h"
#include "packet.bpf.h"
#include "reply_header.bpf.h"
#include "scratch.bpf.h"
#include "word.h"

/*
 * The reply to the packet in hand. Its TCP options and its data are built in
 * scratch->frame, and written over the packet behind its headers
 * (reply_header.bpf.h). The packet itself is not edited: it may have partial
 * checksums, and no room at its tail.
 */
enum {
	REPLY_DATA_MAX = 2048, /* bytes of data of a reply */
	REPLY_NO_ROOM = -1,
	REPLY_MERGED = -2,
};

/* Write the options of a reply after the handshake, timestamps if the peer has
 * them; returns their length. The clock stands still, so that what the
 * SYN-ACK's timestamp keeps comes back again, and so that the kernel, if it
 * still gets the connection, does not begin before it (RFC 7323 5.3). */
static __always_inline __u32 reply_timestamps(struct scratch *s)
{
	struct packet *p = &s->packet;
	__be32 *option = (void *)(REPLY_TCP(s) + TCP_LEN);

	if (!p->timestamps)
		return 0;
	option[0] = bpf_htonl(OPTION_NOP_TIMESTAMPS);
	option[1] = bpf_htonl(p->tsecr);
	option[2] = bpf_htonl(p->tsval);
	return OPTION_TIMESTAMPS_ROOM;
}

/* The sum of len bytes of data at an offset from the TCP header. */
static __always_inline __u32 reply_data_sum(struct scratch *s, __u32 from,
					    __u32 len)
{
	__u64 at = from + len, part;
	__u32 sum = 0;

	/* Words are summed: clear what follows the data in the last one. */
	*(__u32 *)(REPLY_TCP(s) + (at & (FRAME_ROOM - 1))) = 0;
	/* Before 6.13 the kernel sums 512 bytes at a time. */
	for (part = LOOP_FROM(0); LOOP(part < len);
	     part = LOOP_FROM(part + 512)) {
		__u64 size = (len + 3) & ~3u;

		at = from + part;
		LOOP_KEEP(at);
		if (at > 2048)
			break;
		size -= part;
		LOOP_KEEP(size);
		if (size > 512)
			size = 512;
		sum = bpf_csum_diff(0, 0, (void *)(REPLY_TCP(s) + at), size,
				    sum);
	}
	return sum;
}

/* Write headers and data over the frame, which has the reply's size. */
static __always_inline int reply_write(struct xdp_md *ctx, struct scratch *s,
				       const struct reply *reply,
				       const struct reply_link *link)
{
	__u8 *to = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	__u32 header = TCP_LEN + reply->options, sum = 0;
	struct packet *p = &s->packet;

	if (reply->len)
		sum = reply_data_sum(s, header, reply->len);
	if (to + ETH_HLEN + VLAN_LEN > end)
		return REPLY_NO_ROOM;
	reply_link_write(to, link);
	to += p->ip & 31;
	if (p->ipv4) {
		if (to + IPV4_LEN + TCP_LEN > end)
			return REPLY_NO_ROOM;
		reply_ipv4(s, to, header + reply->len);
		to += IPV4_LEN;
	} else {
		if (to + IPV6_LEN + TCP_LEN > end)
			return REPLY_NO_ROOM;
		reply_ipv6(s, to, header + reply->len);
		to += IPV6_LEN;
	}
	if (reply_tcp(s, to, end, reply, sum))
		return REPLY_NO_ROOM;
	return reply->len ? frame_store(ctx, s->frame, FRAME_ROOM - 1,
					FRAME_TCP + header, p->tcp + header,
					reply->len)
			  : 0;
}

/*
 * reply_send - turn the packet in hand into the reply
 * @flags: of TCP; its options are in scratch->frame, their length is
 *         scratch->reply_options
 * @len:   bytes of data there after the options
 *
 * Returns 0; REPLY_NO_ROOM when the frame has no room, or REPLY_MERGED when the
 * packet is more than one frame: then it is unchanged.
 */
__noinline int reply_send(struct xdp_md *ctx, __u32 flags, __u32 seq, __u32 ack,
			  __u32 len)
{
	struct scratch *s = scratch_get();
	struct reply reply = {
		.flags = flags, .seq = seq, .ack = ack, .len = len};
	struct reply_link link;
	__u32 segment;
	__u64 size;
	int more;

	if (merged(ctx))
		return REPLY_MERGED;
	if (!s)
		return REPLY_NO_ROOM;
	reply.options = s->reply_options;
	segment = TCP_LEN + reply.options + len;
	if (segment > REPLY_DATA_MAX + 60 || reply_link_read(&link, ctx))
		return REPLY_NO_ROOM;
	size = s->packet.tcp + segment;
	more = size - s->packet.len;
	/* Growing at the tail clears the memory. */
	if (more && (more < 0 || bpf_xdp_adjust_head(ctx, -more)) &&
	    bpf_xdp_adjust_tail(ctx, more))
		return REPLY_NO_ROOM;
	return reply_write(ctx, s, &reply, &link);
}

#endif
