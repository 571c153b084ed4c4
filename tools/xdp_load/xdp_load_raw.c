// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "xdp_load.h"
#include "xdp_load_raw.h"

enum {
	OPTION_LEN = 4,
	/* Behind the datagram; a responder in XDP, which sends the same frame
	 * to and fro, has it as room at the tail. */
	PADDING = 512,
};

struct segment {
	struct tcphdr tcp;
	uint8_t option[OPTION_LEN];
};

struct frame {
	uint8_t align[2]; /* what follows the link's header, to 4 bytes */
	struct ether_header link;
	uint8_t rest[sizeof(struct ip6_hdr) + sizeof(struct segment) + PADDING];
};

static uint32_t sum_add(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *from = data;
	uint16_t word;
	size_t i;

	for (i = 0; i < len; i += 2) {
		memcpy(&word, from + i, 2);
		sum += word;
	}
	return sum;
}

static uint16_t sum_end(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

int load_raw_open(const struct load_target *target)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
				 .sll_ifindex = target->ifindex};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), one = 1, err;

	if (fd >= 0 &&
	    !setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one,
			sizeof(one)) &&
	    !bind(fd, (struct sockaddr *)&to, sizeof(to)))
		return fd;
	err = error_sys(-errno, "%s: cannot send packets", target->interface);
	if (fd >= 0)
		close(fd);
	return err;
}

/* Both fill in an IP header for len bytes behind it, and return its length;
 * words are the client's address. */
static size_t ipv4_fill(void *at, const struct load_target *target,
			const uint32_t words[LOAD_WORDS], size_t len)
{
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons(sizeof(ip) + len),
		.frag_off = htons(IP_DF),
		.ttl = 64,
		.protocol = IPPROTO_TCP,
		.saddr = words[LOAD_WORDS - 1],
		.daddr = target->server[LOAD_WORDS - 1],
	};

	ip.check = sum_end(sum_add(0, &ip, sizeof(ip)));
	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip);
}

static size_t ipv6_fill(void *at, const struct load_target *target,
			const uint32_t words[LOAD_WORDS], size_t len)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6u << 28),
		.ip6_plen = htons(len),
		.ip6_nxt = IPPROTO_TCP,
		.ip6_hlim = 64,
	};

	memcpy(&ip.ip6_src, words, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, target->server, sizeof(ip.ip6_dst));
	memcpy(at, &ip, sizeof(ip));
	return sizeof(ip);
}

/* Send a segment with so many bytes of options; the rest is filled in. Ports are
 * as xdp_load_frame.bpf.h reads them. */
static int send_segment(int fd, struct segment *segment,
			const struct load_target *target, uint32_t client,
			uint32_t lane, size_t options)
{
	size_t len = sizeof(segment->tcp) + options, head;
	uint32_t sum = htons(IPPROTO_TCP) + htons(len);
	uint32_t words[LOAD_WORDS];
	struct frame frame = {0};

	memcpy(words, target->source, sizeof(words));
	words[LOAD_WORDS - 1] |=
		htonl(client & ((1ULL << target->source_bits) - 1));
	client = (uint64_t)client >> target->source_bits;
	segment->tcp.source =
		htons(target->first_port + client * LOAD_LANES + lane);
	segment->tcp.dest = htons(target->port);
	segment->tcp.doff = len / 4;
	segment->tcp.window = htons(LOAD_WINDOW);
	sum = sum_add(sum, words, sizeof(words));
	sum = sum_add(sum, target->server, sizeof(target->server));
	segment->tcp.check = sum_end(sum_add(sum, segment, len));
	memcpy(frame.link.ether_dhost, target->server_mac, ETH_ALEN);
	memcpy(frame.link.ether_shost, target->mac, ETH_ALEN);
	frame.link.ether_type =
		htons(target->ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
	head = (target->ipv6 ? ipv6_fill : ipv4_fill)(frame.rest, target, words,
						      len);
	memcpy(frame.rest + head, segment, len);
	if (send(fd, &frame.link, sizeof(frame.link) + head + len + PADDING,
		 0) < 0 &&
	    errno != ENOBUFS && errno != EAGAIN)
		return error_sys(-errno, "%s: cannot send", target->interface);
	return 0;
}

int load_raw_syn(int fd, const struct load_target *target, uint32_t client,
		 uint32_t lane, uint32_t seq)
{
	struct segment segment = {
		.option = {TCPOPT_MAXSEG, TCPOLEN_MAXSEG, LOAD_MSS >> 8,
			   LOAD_MSS & 255},
	};

	segment.tcp.seq = htonl(seq);
	segment.tcp.syn = 1;
	return send_segment(fd, &segment, target, client, lane, OPTION_LEN);
}

int load_raw_rst(int fd, const struct load_target *target, uint32_t client,
		 uint32_t lane, uint32_t seq)
{
	struct segment segment = {0};

	segment.tcp.seq = htonl(seq);
	segment.tcp.rst = 1;
	return send_segment(fd, &segment, target, client, lane, 0);
}
