/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef REPLY_BPF_H
#define REPLY_BPF_H

/*
 * The reply to the packet in hand, written anew into scratch->frame and from
 * there over the packet: what came with partial checksums, or from a frame
 * without room at its tail, is no base for changes.
 */
enum {
	REPLY_WINDOW = 64240,
	REPLY_TTL = 64,
	REPLY_FLAGS = 0xff, /* TCP flags of a reply ... */
	REPLY_OPTIONS = 8,  /* ... and, from this bit on, its options' length */
	REPLY_DATA_MAX = 2048, /* bytes of data of a reply */
};

#define REPLY_TCP(s) ((s)->frame + FRAME_TCP)

/* Options of a reply behind the handshake: timestamps if the peer has them.
 * Their length. */
static __always_inline __u32 reply_timestamps(struct scratch *s)
{
	struct packet *p = &s->packet;
	__be32 *option = (void *)(REPLY_TCP(s) + TCP_LEN);

	if (!p->timestamps)
		return 0;
	option[0] = bpf_htonl(0x0101080a);
	option[1] = bpf_htonl(option_now(p));
	option[2] = bpf_htonl(p->tsval);
	return 12;
}

static __always_inline void reply_link(struct scratch *s)
{
	__u64 at = FRAME_TCP - s->packet.tcp;
	__u8 *link = s->frame + (at & (FRAME_TCP - 1));
	const __u8 *from = s->headers;

	/* Addresses change places; type and tags stay. The IP header goes over
	 * what is copied too much. */
	*(__u32 *)link = *(const __u32 *)(from + 6);
	*(__u16 *)(link + 4) = *(const __u16 *)(from + 10);
	*(__u32 *)(link + 6) = *(const __u32 *)from;
	*(__u16 *)(link + 10) = *(const __u16 *)(from + 4);
	*(__u64 *)(link + 12) = *(const __u64 *)(from + 12);
	*(__u16 *)(link + 20) = *(const __u16 *)(from + 20);
}

static __always_inline void reply_ipv4(struct scratch *s, __u32 segment)
{
	__be16 *ip = (void *)(REPLY_TCP(s) - IPV4_LEN);
	const struct fast_flow *flow = &s->packet.flow;
	__u32 sum = 0, i;

	ip[0] = bpf_htons(0x4500);
	ip[1] = bpf_htons(IPV4_LEN + segment);
	ip[2] = 0;
	ip[3] = bpf_htons(0x4000); /* not to be fragmented */
	ip[4] = bpf_htons(REPLY_TTL << 8 | IP_TCP);
	ip[5] = 0;
	*(__u32 *)(ip + 6) = *(const __u32 *)(flow->server + 12);
	*(__u32 *)(ip + 8) = *(const __u32 *)(flow->client + 12);
	for (i = 0; i < IPV4_LEN / 2; i++)
		sum += ip[i];
	ip[5] = ~packet_fold(sum);
}

static __always_inline void reply_ipv6(struct scratch *s, __u32 segment)
{
	__u8 *ip = REPLY_TCP(s) - IPV6_LEN;
	const struct fast_flow *flow = &s->packet.flow;

	*(__be32 *)ip = bpf_htonl(6 << 28);
	*(__be32 *)(ip + 4) =
		bpf_htonl(segment << 16 | IP_TCP << 8 | REPLY_TTL);
	__builtin_memcpy(ip + 8, flow->server, 16);
	__builtin_memcpy(ip + 24, flow->client, 16);
}

/* The sum of the pseudo-header. Mapped IPv4 addresses add up to the same as
 * themselves. */
static __always_inline __u32 reply_pseudo(const struct packet *p, __u32 segment)
{
	const __u32 *word = (const void *)&p->flow;
	__u64 sum = bpf_htonl(IP_TCP << 16 | segment);
	__u32 i;

#pragma GCC unroll 8
	for (i = 0; i < 8; i++)
		sum += word[i];
	sum = (sum & 0xffffffff) + (sum >> 32);
	return packet_fold((sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32));
}

static __always_inline void reply_tcp(struct scratch *s, __u32 what, __u32 seq,
				      __u32 ack, __u32 segment)
{
	__be32 *tcp = (void *)REPLY_TCP(s);
	struct packet *p = &s->packet;
	__u64 header = TCP_LEN + (what >> REPLY_OPTIONS), at = segment;
	__u32 window = REPLY_WINDOW, part, sum;

	if (!(what & TCP_SYN) && p->timestamps &&
	    (p->tsecr & OPTION_NO_WSCALE) != OPTION_NO_WSCALE)
		window >>= OPTION_OUR_WSCALE;
	tcp[0] = p->flow.server_port | (__u32)p->flow.client_port << 16;
	tcp[1] = bpf_htonl(seq);
	tcp[2] = bpf_htonl(ack);
	tcp[3] = bpf_htonl(header << 26 | (what & REPLY_FLAGS) << 16 | window);
	tcp[4] = 0;
	/* The sum is taken over words. */
	*(__u32 *)(REPLY_TCP(s) + (at & (FRAME_ROOM - 1))) = 0;
	sum = reply_pseudo(p, segment);
	/* Before 6.13 the kernel sums 512 bytes at a time. */
	at = 0;
	for (part = LOOP_FROM(0); LOOP(part < 5); part = LOOP_FROM(part + 1)) {
		__u64 len = (segment + 3) & ~3u;

		at = part * 512;
		LOOP_KEEP(at);
		if (at > 2048 || at >= len)
			break;
		len -= at;
		LOOP_KEEP(len);
		if (len > 512)
			len = 512;
		sum = bpf_csum_diff(0, 0, (void *)(REPLY_TCP(s) + at), len,
				    sum);
	}
	sum = packet_fold(sum);
	*(__u16 *)(tcp + 4) = ~sum;
}

/*
 * reply_send - turn the packet in hand into the reply
 * @what: TCP flags, and the options' length << REPLY_OPTIONS; the options are
 *        in scratch->frame
 * @len:  bytes of data there behind the options
 *
 * Returns 0, or -1 when the frame has no room: then the packet is unchanged.
 */
__noinline int reply_send(struct xdp_md *ctx, __u32 what, __u32 seq, __u32 ack,
			  __u32 len)
{
	__u32 segment = TCP_LEN + (what >> REPLY_OPTIONS) + len;
	struct scratch *s = scratch_get();
	__u64 size;
	int more;

	if (!s || segment > REPLY_DATA_MAX + 60)
		return -1;
	size = s->packet.tcp + segment;
	more = size - s->packet.len;
	if (more && bpf_xdp_adjust_tail(ctx, more) &&
	    (more < 0 || bpf_xdp_adjust_head(ctx, -more)))
		return -1;
	reply_link(s);
	if (s->packet.ipv4)
		reply_ipv4(s, segment);
	else
		reply_ipv6(s, segment);
	reply_tcp(s, what, seq, ack, segment);
	return frame_store(ctx, s->frame, FRAME_ROOM - 1,
			   FRAME_TCP - s->packet.tcp, size);
}

#endif
