/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef PACKET_BPF_H
#define PACKET_BPF_H

/*
 * From a frame's first bytes to struct packet, for XDP and TC. The caller has
 * copied up to PACKET_HEADERS bytes to scratch->headers. Each parser checks
 * that its header is inside the frame, and returns 0, or the counter of the
 * reason why the packet is none of ours, plus 1.
 */
#define PACKET_NO(reason) (COUNTER_##reason + 1)

enum {
	ETH_LEN = 14,
	ETH_IPV4 = 0x0800,
	ETH_IPV6 = 0x86dd,
	ETH_VLAN = 0x8100,
	ETH_VLAN_OUTER = 0x88a8,
	IPV4_LEN = 20,
	IPV6_LEN = 40,
	IP_TCP = 6,
	TCP_LEN = 20,
	TCP_FIN = 1,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_PSH = 8,
	TCP_ACK = 16,
	TCP_URG = 32,
};

#define PACKET_AT(s, at) ((s)->headers + ((at) & (PACKET_ROOM - 1)))

static __always_inline __u32 packet_8(const struct scratch *s, __u64 at)
{
	return *PACKET_AT(s, at);
}

static __always_inline __u32 packet_16(const struct scratch *s, __u64 at)
{
	return bpf_ntohs(*(const __be16 *)PACKET_AT(s, at));
}

static __always_inline __u32 packet_32(const struct scratch *s, __u64 at)
{
	return bpf_ntohl(*(const __be32 *)PACKET_AT(s, at));
}

/* Frames to others are on the wire of a promiscuous interface. */
static __always_inline int packet_other_mac(const struct scratch *s)
{
	__u64 ours = *(const volatile __u64 *)mac;

	return ours && (word_load(s->headers) ^ ours) << 16;
}

/*
 * Ethernet and up to one tag. packet->ip is where what follows begins. Frames
 * with two tags are the kernel's: at TC it has taken one off, sees the other,
 * and would take no hand-over.
 */
static __always_inline int packet_ethernet(struct scratch *s, __u32 *type)
{
	struct packet *p = &s->packet;
	__u32 at = ETH_LEN - 2;

	if (p->len < ETH_LEN)
		return PACKET_NO(PASS_MALFORMED);
	if (packet_8(s, 0) & 1)
		return PACKET_NO(PASS_NOT_TCP); /* to a group */
	if (packet_other_mac(s))
		return PACKET_NO(PASS_ADDRESS);
	*type = packet_16(s, at);
	if (*type == ETH_VLAN || *type == ETH_VLAN_OUTER) {
		at += 4;
		*type = packet_16(s, at);
		if (*type == ETH_VLAN || *type == ETH_VLAN_OUTER)
			return PACKET_NO(PASS_TAGS);
	}
	p->ip = at + 2;
	return 0;
}

static __always_inline __u32 packet_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static __always_inline void packet_map_ipv4(__u8 *addr, const __u8 *from)
{
	*(__u64 *)addr = 0;
	*(__u32 *)(addr + 8) = bpf_htonl(0xffff);
	*(__u32 *)(addr + 12) = *(const __u32 *)from;
}

/* RFC 791, without options. *end receives where the datagram ends. */
static __always_inline int packet_ipv4(struct scratch *s, __u32 *end)
{
	struct packet *p = &s->packet;
	__u32 ip = p->ip, source, i;
	__u64 sum = 0;

	if (ip + IPV4_LEN > p->len || packet_8(s, ip) >> 4 != 4)
		return PACKET_NO(PASS_MALFORMED);
	if (packet_8(s, ip + 9) != IP_TCP)
		return PACKET_NO(PASS_NOT_TCP);
	if (packet_8(s, ip) != 0x45)
		return PACKET_NO(PASS_IP_OPTIONS);
	if (packet_16(s, ip + 6) & 0x3fff)
		return PACKET_NO(PASS_FRAGMENT);
	for (i = 0; i < IPV4_LEN; i += 4)
		sum += *(const __u32 *)PACKET_AT(s, ip + i);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	if (packet_fold(sum) != 0xffff)
		return PACKET_NO(PASS_MALFORMED);
	source = packet_8(s, ip + 12);
	if (!source || source >= 224 ||
	    (source == 127 && packet_8(s, ip + 16) != 127))
		return PACKET_NO(PASS_ADDRESS); /* the kernel takes none such */
	packet_map_ipv4(p->flow.client, PACKET_AT(s, ip + 12));
	packet_map_ipv4(p->flow.server, PACKET_AT(s, ip + 16));
	p->ipv4 = 1;
	p->tcp = ip + IPV4_LEN;
	*end = ip + packet_16(s, ip + 2);
	return 0;
}

/* Whether an IPv6 source is below ::1:0:0:0, which only loopback has: ::, ::1,
 * mapped IPv4 addresses. */
static __always_inline int packet_low(const struct scratch *s, __u32 source,
				      __u32 target)
{
	return !packet_32(s, source) && !packet_32(s, source + 4) &&
	       (packet_32(s, target) || packet_32(s, target + 4));
}

/* RFC 8200, TCP at once behind the header. */
static __always_inline int packet_ipv6(struct scratch *s, __u32 *end)
{
	struct packet *p = &s->packet;
	__u32 ip = p->ip;

	if (ip + IPV6_LEN > p->len || packet_8(s, ip) >> 4 != 6)
		return PACKET_NO(PASS_MALFORMED);
	switch (packet_8(s, ip + 6)) {
	case IP_TCP:
		break;
	case 44:
		return PACKET_NO(PASS_FRAGMENT);
	case 0:	  /* hop-by-hop options */
	case 43:  /* routing */
	case 51:  /* authentication */
	case 60:  /* destination options */
	case 135: /* mobility */
		return PACKET_NO(PASS_IP_OPTIONS);
	default:
		return PACKET_NO(PASS_NOT_TCP);
	}
	if (packet_8(s, ip + 8) == 0xff || packet_low(s, ip + 8, ip + 24))
		return PACKET_NO(PASS_ADDRESS);
	__builtin_memcpy(p->flow.client, PACKET_AT(s, ip + 8), 16);
	__builtin_memcpy(p->flow.server, PACKET_AT(s, ip + 24), 16);
	p->ipv4 = 0;
	p->tcp = ip + IPV6_LEN;
	*end = p->tcp + packet_16(s, ip + 4);
	return 0;
}

static __always_inline int packet_port(const struct packet *p)
{
	__u64 port = p->flow.server_port;

	return port_bits[port / 64 & 1023] >> (port & 63) & 1;
}

/* Whether a packet comes from where it goes to. */
static __always_inline int packet_land(const struct fast_flow *flow)
{
	return flow->client_port == flow->server_port &&
	       word_load(flow->client + 8) == word_load(flow->server + 8) &&
	       word_load(flow->client) == word_load(flow->server);
}

/* RFC 9293 3.1 */
static __always_inline int packet_tcp(struct scratch *s, __u32 end)
{
	struct packet *p = &s->packet;
	__u32 tcp = p->tcp, header;

	if (end > p->len || tcp + TCP_LEN > end)
		return PACKET_NO(PASS_MALFORMED);
	p->flow.client_port = *(const __u16 *)PACKET_AT(s, tcp);
	p->flow.server_port = *(const __u16 *)PACKET_AT(s, tcp + 2);
	if (!packet_port(p))
		return PACKET_NO(PASS_PORT);
	if (packet_land(&p->flow))
		return PACKET_NO(PASS_ADDRESS);
	header = packet_8(s, tcp + 12) >> 4;
	if (header * 4 < TCP_LEN || tcp + header * 4 > end)
		return PACKET_NO(PASS_MALFORMED);
	p->seq = packet_32(s, tcp + 4);
	p->ack = packet_32(s, tcp + 8);
	p->flags = packet_8(s, tcp + 13);
	p->window = packet_16(s, tcp + 14);
	p->data = tcp + header * 4;
	p->data_len = end - p->data;
	return 0;
}

/* The whole packet; packet->len is set. */
static __noinline int packet_parse(struct scratch *s, __u32 ifindex)
{
	struct fast_address address = {.ifindex = ifindex};
	__u32 type, end;
	__u64 now;
	int no;

	no = packet_ethernet(s, &type);
	if (no)
		return no;
	if (type == ETH_IPV4)
		no = packet_ipv4(s, &end);
	else if (type == ETH_IPV6)
		no = packet_ipv6(s, &end);
	else
		no = PACKET_NO(PASS_NOT_TCP);
	if (!no)
		no = packet_tcp(s, end);
	if (no)
		return no;
	__builtin_memcpy(address.addr, s->packet.flow.server, 16);
	if (!bpf_map_lookup_elem(&addresses, &address))
		return PACKET_NO(PASS_ADDRESS);
	/* The coarse clock lags by a tick at most and costs less than half. */
	now = bpf_ktime_get_coarse_ns();
	s->packet.seconds = now / 1000000000;
	s->packet.milliseconds = now / 1000000;
	return 0;
}

#endif
