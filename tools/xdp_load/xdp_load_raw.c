// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stddef.h>
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

struct frame {
	uint8_t align[2]; /* what follows the link's header, to 4 bytes */
	struct ether_header link;
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t option[OPTION_LEN], padding[PADDING];
};

enum { FRAME_BEGIN = offsetof(struct frame, link) };

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

static void ip_fill(struct frame *frame, const struct load_target *target,
		    uint32_t client, size_t len)
{
	uint32_t host = client & ((1ULL << target->source_bits) - 1);
	struct iphdr *ip = &frame->ip;

	memcpy(frame->link.ether_dhost, target->server_mac, ETH_ALEN);
	memcpy(frame->link.ether_shost, target->mac, ETH_ALEN);
	frame->link.ether_type = htons(ETHERTYPE_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(sizeof(*ip) + len);
	ip->frag_off = htons(IP_DF);
	ip->ttl = 64;
	ip->protocol = IPPROTO_TCP;
	ip->saddr = target->source.s_addr | htonl(host);
	ip->daddr = target->server.s_addr;
	ip->check = sum_end(sum_add(0, ip, sizeof(*ip)));
}

/* The frame of a segment with so many bytes of options; the rest is filled in.
 * Ports are as xdp_load_frame.bpf.h reads them. */
static int send_frame(int fd, struct frame *frame,
		      const struct load_target *target, uint32_t client,
		      uint32_t lane, size_t options)
{
	size_t len = sizeof(frame->tcp) + options;
	size_t size = offsetof(struct frame, option) - FRAME_BEGIN + options;
	uint32_t sum = htons(IPPROTO_TCP) + htons(len);

	ip_fill(frame, target, client, len);
	client = (uint64_t)client >> target->source_bits;
	frame->tcp.source =
		htons(target->first_port + client * LOAD_LANES + lane);
	frame->tcp.dest = htons(target->port);
	frame->tcp.doff = len / 4;
	frame->tcp.window = htons(LOAD_WINDOW);
	sum = sum_add(sum, &frame->ip.saddr, 8);
	frame->tcp.check = sum_end(sum_add(sum, &frame->tcp, len));
	if (send(fd, &frame->link, size + PADDING, 0) < 0 && errno != ENOBUFS &&
	    errno != EAGAIN)
		return error_sys(-errno, "%s: cannot send", target->interface);
	return 0;
}

int load_raw_syn(int fd, const struct load_target *target, uint32_t client,
		 uint32_t lane, uint32_t seq)
{
	struct frame frame = {
		.option = {TCPOPT_MAXSEG, TCPOLEN_MAXSEG, LOAD_MSS >> 8,
			   LOAD_MSS & 255},
	};

	frame.tcp.seq = htonl(seq);
	frame.tcp.syn = 1;
	return send_frame(fd, &frame, target, client, lane, OPTION_LEN);
}

int load_raw_rst(int fd, const struct load_target *target, uint32_t client,
		 uint32_t lane, uint32_t seq)
{
	struct frame frame = {0};

	frame.tcp.seq = htonl(seq);
	frame.tcp.rst = 1;
	return send_frame(fd, &frame, target, client, lane, 0);
}
