/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PACKET_BPF_H
#define PACKET_BPF_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "counter.h"
#include "fastpath.h"
#include "flow.h"
#include "maps.bpf.h"
#include "scratch.bpf.h"
#include "word.h"

/*
 * From a frame's headers to struct packet, for XDP and TC, which both have the
 * headers between two pointers. Each parser checks that its header is there,
 * and returns COUNTER_NONE, or the counter of the reason to pass the packet on.
 */

/* Bytes of headers without options; not size_t, which would turn the arithmetic
 * with them into 64 bits. */
enum {
	VLAN_LEN = 4,
	IPV4_LEN = sizeof(struct iphdr),
	IPV6_LEN = sizeof(struct ipv6hdr),
	TCP_LEN = sizeof(struct tcphdr),
};

/* What the kernel's UAPI has no names for: bits of IPv4's fragment field, and
 * TCP's flags as a byte, which struct tcphdr has as single bits. */
enum {
	IPV4_LEAST = 576, /* bytes that each host can take (RFC 791 3.1) */
	IPV4_DF = 0x4000,
	IPV4_FRAGMENT = 0x3fff, /* more fragments, or an offset */

	TCP_FLAGS_AT = 13,
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_PSH = 8,
	TCP_ACK = 16,
	TCP_URG = 32,
};

/* Fields in network byte order, at any address. */
static __always_inline __u32 packet_16(const __u8 *at)
{
	return bpf_ntohs(*(const __be16 *)at);
}

static __always_inline __u32 packet_32(const __u8 *at)
{
	return bpf_ntohl(*(const __be32 *)at);
}

/* Whether a frame is to another host: a promiscuous interface gets them,
 * too. */
static __always_inline int packet_other_mac(const __u8 *frame)
{
	__u64 ours = *(const volatile __u64 *)mac;

	return ours && (word_load(frame) ^ ours) << 16;
}

static __always_inline int packet_vlan(__u32 type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

/*
 * Ethernet and up to one tag. *ip receives where what follows begins. Frames
 * with two tags are the kernel's: at TC it has taken one off, sees the other,
 * and would take no hand-over.
 *
 * struct ethhdr is packed: clang would load the type byte by byte.
 */
static __always_inline int packet_ethernet(const __u8 *frame, const __u8 *end,
					   __u32 *ip, __u32 *type)
{
	*ip = ETH_HLEN;
	if (frame + ETH_HLEN > end)
		return COUNTER_PASS_MALFORMED;
	if (*frame & 1)
		return COUNTER_PASS_NOT_TCP; /* to a group */
	if (packet_other_mac(frame))
		return COUNTER_PASS_ADDRESS;
	*type = packet_16(frame + offsetof(struct ethhdr, h_proto));
	if (packet_vlan(*type)) {
		if (frame + ETH_HLEN + VLAN_LEN > end)
			return COUNTER_PASS_MALFORMED;
		*ip = ETH_HLEN + VLAN_LEN;
		*type = packet_16(frame + *ip - sizeof(__be16));
		if (packet_vlan(*type))
			return COUNTER_PASS_TAGS;
	}
	return COUNTER_NONE;
}

/* A sum of 32-bit words as one of 16 bits, not inverted (RFC 1071). */
static __always_inline __u32 packet_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	return (sum & 0xffff) + (sum >> 16); /* cannot carry again */
}

static __always_inline void packet_map_ipv4(__u8 *addr, __be32 ipv4)
{
	__u64 bits = ipv4;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	bits <<= 32;
#endif
	((__u64 *)addr)[0] = 0;
	((__u64 *)addr)[1] = FAST_IPV4_PREFIX | bits;
}

/* RFC 791, without options. *len receives the datagram's length. */
static __always_inline int packet_ipv4(struct packet *p, const __u8 *at,
				       const __u8 *end, __u32 *len)
{
	const struct iphdr *ip = (const void *)at;
	const __u8 *source = (const void *)&ip->saddr;
	const __u8 *target = (const void *)&ip->daddr;
	__u64 sum = 0;
	__u32 i;

	if (at + IPV4_LEN > end || ip->version != 4)
		return COUNTER_PASS_MALFORMED;
	if (ip->protocol != IPPROTO_TCP)
		return COUNTER_PASS_NOT_TCP;
	if (ip->ihl * 4 != IPV4_LEN)
		return COUNTER_PASS_IP_OPTIONS;
	if (bpf_ntohs(ip->frag_off) & IPV4_FRAGMENT)
		return COUNTER_PASS_FRAGMENT;
#pragma GCC unroll 5
	for (i = 0; i < IPV4_LEN; i += 4)
		sum += *(const __u32 *)(at + i);
	if (packet_fold(sum) != 0xffff)
		return COUNTER_PASS_MALFORMED;
	/* 0.0.0.0/8, multicast and above, loopback: the kernel takes none. */
	if (!source[0] || source[0] >= 224 ||
	    (source[0] == IN_LOOPBACKNET && target[0] != IN_LOOPBACKNET))
		return COUNTER_PASS_ADDRESS;
	packet_map_ipv4(p->flow.client, ip->saddr);
	packet_map_ipv4(p->flow.server, ip->daddr);
	p->ipv4 = 1;
	*len = bpf_ntohs(ip->tot_len);
	return COUNTER_NONE;
}

/* Whether an address is a mapped IPv4 one (RFC 4291 2.5.5.2): no packet has
 * it. */
static __always_inline int packet_mapped(const __u8 *addr)
{
	return !word_load(addr) &&
	       (word_load(addr + 8) & ~FAST_IPV4_BITS) == FAST_IPV4_PREFIX;
}

/* Whether no host sends with these addresses: the source is "::", either one is
 * a mapped IPv4 address, or the source alone is below 0:0:0:1::, as loopback
 * is. */
static __always_inline int packet_low(const __u8 *source, const __u8 *target)
{
	if (word_load(source) && word_load(target))
		return 0;
	if (word_load(target) || packet_mapped(target) || packet_mapped(source))
		return 1;
	return !word_load(source) && !word_load(source + 8);
}

/* RFC 8200, TCP right after the header. */
static __always_inline int packet_ipv6(struct packet *p, const __u8 *at,
				       const __u8 *end, __u32 *len)
{
	const struct ipv6hdr *ip = (const void *)at;
	const __u8 *source = ip->saddr.s6_addr, *target = ip->daddr.s6_addr;

	if (at + IPV6_LEN > end || ip->version != 6)
		return COUNTER_PASS_MALFORMED;
	switch (ip->nexthdr) {
	case IPPROTO_TCP:
		break;
	case IPPROTO_FRAGMENT:
		return COUNTER_PASS_FRAGMENT;
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_AH:
	case IPPROTO_DSTOPTS:
	case IPPROTO_MH:
		return COUNTER_PASS_IP_OPTIONS;
	default:
		return COUNTER_PASS_NOT_TCP;
	}
	/* ff00::/8 is multicast. */
	if (source[0] == 0xff || packet_low(source, target))
		return COUNTER_PASS_ADDRESS;
	((__u64 *)p->flow.client)[0] = word_load(source);
	((__u64 *)p->flow.client)[1] = word_load(source + 8);
	((__u64 *)p->flow.server)[0] = word_load(target);
	((__u64 *)p->flow.server)[1] = word_load(target + 8);
	p->ipv4 = 0;
	*len = IPV6_LEN + bpf_ntohs(ip->payload_len);
	return COUNTER_NONE;
}

static __always_inline int packet_port(const struct packet *p)
{
	__u64 port = p->flow.server_port;

	return port_bits[port / 64 & 1023] >> (port & 63) & 1;
}

/* Whether source and target of a packet are the same. */
static __always_inline int packet_land(const struct fast_flow *flow)
{
	return flow->client_port == flow->server_port &&
	       word_load(flow->client + 8) == word_load(flow->server + 8) &&
	       word_load(flow->client) == word_load(flow->server);
}

/* RFC 9293 3.1. until: where the datagram ends in the frame. */
static __always_inline int packet_tcp(struct packet *p, const __u8 *at,
				      const __u8 *end, __u32 until)
{
	const struct tcphdr *tcp = (const void *)at;
	__u32 header;

	if (until > p->len || p->tcp + TCP_LEN > until || at + TCP_LEN > end)
		return COUNTER_PASS_MALFORMED;
	p->flow.client_port = tcp->source;
	p->flow.server_port = tcp->dest;
	if (!packet_port(p))
		return COUNTER_PASS_PORT;
	if (packet_land(&p->flow))
		return COUNTER_PASS_ADDRESS;
	header = tcp->doff;
	if (header * 4 < TCP_LEN || p->tcp + header * 4 > until)
		return COUNTER_PASS_MALFORMED;
	p->seq = bpf_ntohl(tcp->seq);
	p->ack = bpf_ntohl(tcp->ack_seq);
	p->flags = at[TCP_FLAGS_AT];
	p->window = bpf_ntohs(tcp->window);
	p->data = p->tcp + header * 4;
	p->data_len = until - p->data;
	return COUNTER_NONE;
}

static __always_inline int packet_ip(struct packet *p, const __u8 *frame,
				     const __u8 *end)
{
	__u32 ip, type, len;
	int pass;

	pass = packet_ethernet(frame, end, &ip, &type);
	if (pass != COUNTER_NONE)
		return pass;
	p->ip = ip;
	frame += ip;
	if (type == ETH_P_IP) {
		pass = packet_ipv4(p, frame, end, &len);
		if (pass != COUNTER_NONE)
			return pass;
		p->tcp = ip + IPV4_LEN;
		return packet_tcp(p, frame + IPV4_LEN, end, ip + len);
	}
	if (type == ETH_P_IPV6) {
		pass = packet_ipv6(p, frame, end, &len);
		if (pass != COUNTER_NONE)
			return pass;
		p->tcp = ip + IPV6_LEN;
		return packet_tcp(p, frame + IPV6_LEN, end, ip + len);
	}
	return COUNTER_PASS_NOT_TCP;
}

/* Once in a tick of the kernel's clock, read the time into packet->seconds and
 * ->milliseconds, and forget what is cached of interfaces and addresses. The
 * coarse clock moves with the tick. */
static __always_inline void packet_tick(struct scratch *s)
{
	__u64 tick = bpf_jiffies64(), now;

	if (tick == s->tick)
		return;
	s->tick = tick;
	s->cached_address.ifindex = 0;
	s->cached_interface.ifindex = 0;
	now = bpf_ktime_get_coarse_ns();
	s->packet.seconds = now / 1000000000;
	s->packet.milliseconds = now / 1000000;
}

/* Whether the packet is for this host. The last address that was is cached for
 * a tick. */
static __always_inline int packet_ours(struct scratch *s, __u32 ifindex)
{
	const __u64 *server = (const void *)s->packet.flow.server;
	struct cached_address *cached = &s->cached_address;
	struct fast_prefix *key = &s->address;
	const __u32 *kind;

	if (cached->ifindex == ifindex && cached->addr[0] == server[0] &&
	    cached->addr[1] == server[1])
		return 1;
	key->bits = 8 * sizeof(key->address);
	key->address.ifindex = ifindex;
	__builtin_memcpy(key->address.addr, server, 16);
	kind = bpf_map_lookup_elem(&addresses, &key->address);
	if ((!kind || *kind != FAST_SERVED) &&
	    (!by_prefix || !bpf_map_lookup_elem(&prefixes, key)))
		return 0;
	cached->ifindex = ifindex;
	cached->addr[0] = server[0];
	cached->addr[1] = server[1];
	return 1;
}

/* Whether the packet claims to come from this host itself, and not by the
 * loopback device, or from a broadcast address. Only SYNs need be asked: for a
 * forged one nobody gets the cookie. */
static __always_inline int packet_martian(struct scratch *s, __u32 ifindex)
{
	enum { LOOPBACK = 1 };
	struct fast_prefix *key = &s->address;
	const __u32 *kind;

	if (ifindex == LOOPBACK)
		return 0;
	key->bits = 8 * sizeof(key->address);
	key->address.ifindex = ifindex;
	__builtin_memcpy(key->address.addr, s->packet.flow.client, 16);
	if (bpf_map_lookup_elem(&addresses, &key->address))
		return 1;
	kind = by_prefix ? bpf_map_lookup_elem(&prefixes, key) : 0;
	return kind && *kind == FAST_SERVED;
}

/* Parse a packet from Ethernet to TCP. packet->len is the frame's length, set
 * by the caller; end may be before it only inside the data (TC: non-linear
 * skb). */
static __always_inline int packet_parse(struct scratch *s, const __u8 *frame,
					const __u8 *end, __u32 ifindex)
{
	const struct cookie_keys *keys;
	struct packet *p = &s->packet;
	__u32 zero = 0;
	int pass;

	pass = packet_ip(p, frame, end);
	if (pass != COUNTER_NONE)
		return pass;
	packet_tick(s);
	keys = bpf_map_lookup_elem(&cookie_keys, &zero);
	if (!keys || !packet_ours(s, ifindex))
		return COUNTER_PASS_ADDRESS;
	p->hash = flow_hash(&p->flow, p->ipv4, domain, &keys->flow);
	return COUNTER_NONE;
}

#endif
