/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_FRAME_BPF_H
#define XDP_LOAD_FRAME_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "xdp_load.h"

/* From a frame of the server to struct segment, and from struct reply to the
 * frame that goes back in its place. */
enum {
	LINK_LEN = 14,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	TCP_LEN = 20,
	SYN_LEN = TCP_LEN + 4, /* with the option of MSS */
	FIN = 1,
	SYN = 2,
	RST = 4,
	PSH = 8,
	ACK = 16,
};

/* In network order, but for what is counted from. The last word of addresses
 * is all of an IPv4 address; clients of IPv6 differ in it alone. */
const volatile __u8 ipv6;
const volatile __u32 server_words[4], source_words[4];
const volatile __u32 source_addr, source_bits, first_port;
const volatile __u16 server_port;

#define IP_LEN (ipv6 ? IPV6_LEN : IPV4_LEN)
#define TCP_AT (LINK_LEN + IP_LEN)

struct segment {
	__u32 client, lane;
	__u32 seq, ack, flags;
	__u32 data, len; /* where data begins, and its length */
	__be32 address;	 /* the last word of the client's */
	__be16 port;	 /* of the client, as the address is */
	__u32 link[3];	 /* both hardware addresses */
	int size;	 /* of the frame */
};

/* What a client sends. */
struct reply {
	__u32 flags, seq, ack;
	const struct load_request *request; /* or NULL */
};

/* Both give the last word of the address that a packet of the server is for,
 * and the length behind the IP header. 0, or -1 for all else. */
static __always_inline int ipv4_parse(const __u8 *data, __be32 *to, __u32 *len)
{
	const __be16 *half = (const void *)data;
	const __be32 *ip = (const void *)(data + LINK_LEN);

	if (half[6] != bpf_htons(0x0800) || data[LINK_LEN] != 0x45 ||
	    data[LINK_LEN + 9] != 6 || ip[3] != server_words[3])
		return -1;
	*to = ip[4];
	*len = bpf_ntohs(half[LINK_LEN / 2 + 1]) - IPV4_LEN;
	return 0;
}

static __always_inline int ipv6_parse(const __u8 *data, __be32 *to, __u32 *len)
{
	const __be16 *half = (const void *)data;
	const __be32 *ip = (const void *)(data + LINK_LEN);

	if (half[6] != bpf_htons(0x86dd) || data[LINK_LEN] >> 4 != 6 ||
	    data[LINK_LEN + 6] != 6 || ip[5] != server_words[3] ||
	    ip[4] != server_words[2] || ip[3] != server_words[1] ||
	    ip[2] != server_words[0] || ip[8] != source_words[2] ||
	    ip[7] != source_words[1] || ip[6] != source_words[0])
		return -1;
	*to = ip[9];
	*len = bpf_ntohs(half[LINK_LEN / 2 + 2]);
	return 0;
}

/* Ethernet, IPv4 or IPv6 without options, TCP, from the server to the clients'
 * network: 0, or -1 for all else. Checksums are not looked at: on veth most are
 * those of the pseudo-header alone. */
static __always_inline int segment_parse(struct xdp_md *ctx,
					 struct segment *seg)
{
	const __u8 *data = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	const __be16 *half = (const void *)data;
	const __be32 *tcp = (const void *)(data + TCP_AT);
	__u64 size = end - data;
	__u32 header, host, port, len;

	/* The verifier refuses a difference of 32 bits (clang 14). */
	asm volatile("" : "+r"(size));
	if (data + TCP_AT + TCP_LEN > end ||
	    (ipv6 ? ipv6_parse(data, &seg->address, &len)
		  : ipv4_parse(data, &seg->address, &len)) ||
	    half[TCP_AT / 2] != server_port)
		return -1;
	host = bpf_ntohl(seg->address) ^ source_addr;
	if (host >> source_bits)
		return -1;
	header = (data[TCP_AT + 12] >> 4) * 4;
	port = bpf_ntohs(half[TCP_AT / 2 + 1]) - first_port;
	seg->client = port / LOAD_LANES << source_bits | host;
	seg->lane = port % LOAD_LANES;
	seg->seq = bpf_ntohl(tcp[1]);
	seg->ack = bpf_ntohl(tcp[2]);
	seg->flags = data[TCP_AT + 13];
	seg->data = TCP_AT + header;
	seg->len = len - header;
	seg->port = half[TCP_AT / 2 + 1];
	seg->size = size;
	__builtin_memcpy(seg->link, data, sizeof(seg->link));
	return 0;
}

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static __always_inline void link_write(__u8 *data, const struct segment *seg)
{
	*(__u32 *)data = seg->link[1] >> 16 | seg->link[2] << 16;
	*(__u16 *)(data + 4) = seg->link[2] >> 16;
	*(__u32 *)(data + 6) = seg->link[0];
	*(__u16 *)(data + 10) = seg->link[1];
	*(__be16 *)(data + 12) = bpf_htons(ipv6 ? 0x86dd : 0x0800);
}

static __always_inline void ipv6_write(__u8 *data, const struct segment *seg,
				       __u32 len)
{
	__be32 *ip = (void *)(data + LINK_LEN);

	ip[0] = bpf_htonl(0x60000000);
	ip[1] = bpf_htonl(len << 16 | 6 << 8 | 64);
	ip[2] = source_words[0];
	ip[3] = source_words[1];
	ip[4] = source_words[2];
	ip[5] = seg->address;
	ip[6] = server_words[0];
	ip[7] = server_words[1];
	ip[8] = server_words[2];
	ip[9] = server_words[3];
}

static __always_inline void ipv4_write(__u8 *data, const struct segment *seg,
				       __u32 len)
{
	__be32 *ip = (void *)(data + LINK_LEN);
	__u32 version = bpf_htonl(0x45000000 | (IPV4_LEN + len));
	__u32 fragment = bpf_htonl(0x4000), type = bpf_htonl(0x40060000);
	__u64 sum = (__u64)version + fragment + type;

	ip[0] = version;
	ip[1] = fragment;
	ip[2] = type;
	*(__u16 *)(data + LINK_LEN + 10) =
		~fold(sum + seg->address + server_words[3]);
	ip[3] = seg->address;
	ip[4] = server_words[3];
}

/* Of the pseudo-header: both addresses. */
static __always_inline __u64 addresses_sum(const struct segment *seg)
{
	__u64 sum = (__u64)seg->address + server_words[3];

	if (ipv6)
		sum += (__u64)source_words[0] + source_words[1] +
		       source_words[2] + server_words[0] + server_words[1] +
		       server_words[2];
	return sum;
}

/* 8 bytes at a time, the last of them where the text ends. */
static __always_inline int text_write(__u8 *to, const __u8 *end,
				      const struct load_request *request)
{
	__u32 i, last = request->len - 8;

	if (last > LOAD_TEXT - 8)
		return -1;
	for (i = 0; i <= LOAD_TEXT - 8 && i < last; i += 8) {
		if (to + i + 8 > end)
			return -1;
		*(__u64 *)(to + i) = *(const __u64 *)(request->text + i);
	}
	to += last;
	if (to + 8 > end)
		return -1;
	*(__u64 *)to = *(const __u64 *)(request->text + last);
	return 0;
}

static __always_inline int tcp_write(__u8 *tcp, const __u8 *end,
				     const struct segment *seg,
				     const struct reply *reply, __u32 len)
{
	__u32 header = reply->flags & SYN ? SYN_LEN : TCP_LEN;
	__u64 sum = (__u64)bpf_htonl(6 << 16 | len);
	__be32 *word = (void *)tcp;

	*(__be16 *)tcp = seg->port;
	*(__be16 *)(tcp + 2) = server_port;
	word[1] = bpf_htonl(reply->seq);
	word[2] = bpf_htonl(reply->ack);
	word[3] = bpf_htonl(header << 26 | reply->flags << 16 | LOAD_WINDOW);
	sum += addresses_sum(seg) + seg->port + server_port + word[1] +
	       word[2] + word[3];
	if (reply->flags & SYN) {
		if (tcp + SYN_LEN > end)
			return -1;
		word[5] = bpf_htonl(2 << 24 | 4 << 16 | LOAD_MSS);
		sum += word[5];
	}
	if (reply->request) {
		sum += reply->request->sum;
		if (text_write(tcp + TCP_LEN, end, reply->request))
			return -1;
	}
	word[4] = (__u16)~fold(sum);
	return 0;
}

/* Turn the frame of a segment into the reply: 0, or -1 without room for it. The
 * frame's end stays where it is, since frames that the server's kernel made
 * have no room behind it. */
static __always_inline int reply_write(struct xdp_md *ctx,
				       const struct segment *seg,
				       const struct reply *reply)
{
	__u32 len = reply->flags & SYN ? SYN_LEN : TCP_LEN;
	__u8 *data, *end;

	if (reply->request)
		len += reply->request->len;
	if (bpf_xdp_adjust_head(ctx, seg->size - (int)(TCP_AT + len)))
		return -1;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + TCP_AT + TCP_LEN > end)
		return -1;
	link_write(data, seg);
	if (ipv6)
		ipv6_write(data, seg, len);
	else
		ipv4_write(data, seg, len);
	return tcp_write(data + TCP_AT, end, seg, reply, len);
}

#endif
