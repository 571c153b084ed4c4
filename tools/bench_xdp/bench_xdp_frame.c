// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "bench_xdp_frame.h"

enum {
	MSS = 1460,
	WINDOW = 502, /* of 64,256 bytes, with the scale below */
	SCALE = 7,
	OUR_SCALE = 7, /* of the programs */
	SACK = 16,     /* OPTION_TS_SACK of option.bpf.h */
	TIMESTAMPS_LEN = 12,
	ANSWER_LEN = 250, /* a usual one */
};

struct headers {
	uint16_t pad; /* aligns what follows Ethernet */
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t options[20];
};

_Static_assert(offsetof(struct headers, tcp) == 36, "without gaps");

struct segment {
	struct fast_flow flow;
	uint32_t isn, cookie;
	uint32_t tsval, milliseconds;
};

void bench_server(uint8_t addr[16], bool ipv6)
{
	static const uint8_t six[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
	uint32_t four = htonl(BENCH_SERVER);

	memset(addr, 0, 16);
	memset(addr + 10, 0xff, 2);
	memcpy(addr + 12, &four, 4);
	if (ipv6)
		memcpy(addr, six, 16);
}

static void segment_draw(struct segment *segment,
			 const struct bench_maker *maker, uint64_t seed,
			 bool ipv6)
{
	uint64_t r = rulegen_mix(seed ^ 0x636c69656e74);
	uint32_t client = htonl(10 << 24 | (r & 0xffffff));
	struct fast_flow *flow = &segment->flow;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	memset(segment, 0, sizeof(*segment));
	memset(flow->client + 10, 0xff, 2);
	memcpy(flow->client + 12, &client, 4);
	bench_server(flow->server, ipv6);
	if (ipv6)
		memcpy(flow->client, flow->server, 12);
	flow->client_port = htons(1024 + (r >> 24) % 64000);
	flow->server_port = htons(BENCH_PORT);
	segment->isn = r >> 32;
	segment->tsval = rulegen_mix(r);
	segment->milliseconds = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	segment->cookie = cookie_make(&maker->keys, flow, segment->isn,
				      now.tv_sec, OUR_SCALE, cookie_class(MSS));
}

static uint16_t ip_sum(const struct iphdr *ip)
{
	uint16_t word[sizeof(*ip) / 2];
	uint32_t sum = 0;
	size_t i;

	memcpy(word, ip, sizeof(word));
	for (i = 0; i < sizeof(word) / 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void write_link(struct headers *h, uint16_t type)
{
	static const uint8_t to[] = {2, 0, 0, 0, 0, 1},
			     from[] = {2, 0, 0, 0, 0, 2};

	memcpy(h->eth.h_dest, to, sizeof(to));
	memcpy(h->eth.h_source, from, sizeof(from));
	h->eth.h_proto = htons(type);
}

/* Link, IP and TCP into the packet; tcp bytes of TCP, then so much data.
 * Returns their length. */
static uint32_t write_ipv4(struct bench_packet *packet, struct headers *h,
			   const struct segment *segment, uint32_t tcp,
			   uint32_t data)
{
	uint32_t len = sizeof(h->ip) + tcp;

	write_link(h, ETH_P_IP);
	h->ip = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tot_len = htons(len + data),
		.id = segment->tsval,
		.frag_off = htons(IP_DF),
		.ttl = 57,
		.protocol = IPPROTO_TCP,
	};
	memcpy(&h->ip.saddr, segment->flow.client + 12, 4);
	memcpy(&h->ip.daddr, segment->flow.server + 12, 4);
	h->ip.check = ip_sum(&h->ip);
	memcpy(packet->frame, &h->eth, sizeof(h->eth) + len);
	return sizeof(h->eth) + len;
}

static uint32_t write_ipv6(struct bench_packet *packet, struct headers *h,
			   const struct segment *segment, uint32_t tcp,
			   uint32_t data)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6 << 28),
		.ip6_plen = htons(tcp + data),
		.ip6_nxt = IPPROTO_TCP,
		.ip6_hlim = 57,
	};

	write_link(h, ETH_P_IPV6);
	memcpy(&ip.ip6_src, segment->flow.client, 16);
	memcpy(&ip.ip6_dst, segment->flow.server, 16);
	memcpy(packet->frame, &h->eth, sizeof(h->eth));
	memcpy(packet->frame + sizeof(h->eth), &ip, sizeof(ip));
	memcpy(packet->frame + sizeof(h->eth) + sizeof(ip), &h->tcp, tcp);
	return sizeof(h->eth) + sizeof(ip) + tcp;
}

static void put_32(uint8_t *at, uint32_t value)
{
	value = htonl(value);
	memcpy(at, &value, sizeof(value));
}

/* The options of Linux, and their length. */
static uint32_t write_options(struct headers *h, const struct segment *segment,
			      enum bench_kind kind)
{
	static const uint8_t syn[] = {2,  4, MSS >> 8, MSS & 255, 4, 2,	   8,
				      10, 0, 0,	       0,	  0, 0,	   0,
				      0,  0, 1,	       3,	  3, SCALE};
	static const uint8_t later[] = {1, 1, 8, 10};
	uint32_t echo = segment->milliseconds >> 6 << 6 | SACK | SCALE;

	if (kind == BENCH_SYN) {
		memcpy(h->options, syn, sizeof(syn));
		put_32(h->options + 8, segment->tsval);
		return sizeof(syn);
	}
	memcpy(h->options, later, sizeof(later));
	put_32(h->options + 4, segment->tsval);
	put_32(h->options + 8, echo);
	return TIMESTAMPS_LEN;
}

/* Returns the header's length. */
static uint32_t write_tcp(struct headers *h, const struct segment *segment,
			  enum bench_kind kind, uint32_t head)
{
	struct tcphdr *tcp = &h->tcp;
	uint32_t seq = segment->isn, ack = segment->cookie + 1;
	uint32_t len = sizeof(*tcp) + write_options(h, segment, kind);

	if (kind != BENCH_SYN)
		seq++;
	if (kind == BENCH_FIN) {
		seq += head;
		ack += ANSWER_LEN + 1;
	}
	*tcp = (struct tcphdr){
		.source = segment->flow.client_port,
		.dest = segment->flow.server_port,
		.seq = htonl(seq),
		.ack_seq = kind == BENCH_SYN ? 0 : htonl(ack),
		.doff = len / 4,
		.syn = kind == BENCH_SYN,
		.fin = kind == BENCH_FIN,
		.psh = kind == BENCH_GET,
		.ack = kind != BENCH_SYN,
		.window = htons(kind == BENCH_SYN ? 64240 : WINDOW),
	};
	return len;
}

static void expect(struct bench_maker *maker, const struct bench_row *row,
		   unsigned int code)
{
	static const enum counter without_data[] = {
		[BENCH_SYN] = COUNTER_COOKIE_SENT,
		[BENCH_ACK] = COUNTER_DROP_ACK,
		[BENCH_FIN] = COUNTER_FIN_ACKED,
	};
	enum counter counter = code == 301 ? COUNTER_GET_301 : COUNTER_GET_307;

	if (row->slot != BENCH_RESPOND)
		return;
	if (row->kind != BENCH_GET)
		counter = without_data[row->kind];
	else if (row->find != BENCH_HIT)
		counter = COUNTER_HAND_MISS;
	maker->expected[counter]++;
	if (row->kind == BENCH_GET)
		maker->expected[COUNTER_COOKIE_ACCEPTED]++;
}

/* A frame of a row of one kind. */
static void frame_make(struct bench_packet *packet, const struct bench_row *row,
		       struct bench_maker *maker, uint64_t seed)
{
	char text[BENCH_HEAD_ROOM] = "";
	struct headers h = {0};
	struct segment segment;
	uint32_t head = row->head, len;
	unsigned int code = 0;

	if (row->kind == BENCH_GET)
		head = bench_head(text, head, row->find, maker->draw,
				  &maker->gen, seed, &code);
	segment_draw(&segment, maker, seed, row->ipv6);
	len = write_tcp(&h, &segment, row->kind, head);
	if (row->kind != BENCH_GET)
		head = 0;
	len = row->ipv6 ? write_ipv6(packet, &h, &segment, len, head)
			: write_ipv4(packet, &h, &segment, len, head);
	packet->len = len + head;
	memcpy(packet->frame + len, text, head);
	maker->bytes += packet->len;
	maker->head_bytes += head;
	expect(maker, row, code);
}

void bench_frame(struct bench_packet *packet, const struct bench_row *row,
		 struct bench_maker *maker)
{
	static const enum bench_kind parts[BENCH_PARTS] = {BENCH_SYN, BENCH_GET,
							   BENCH_FIN};
	struct bench_row part = *row;
	uint64_t n = ++maker->seed, turn = n / BENCH_CLIENTS;

	if (row->kind == BENCH_WHOLE) {
		part.kind = parts[turn % BENCH_PARTS];
		n = ~(turn / BENCH_PARTS * BENCH_CLIENTS + n % BENCH_CLIENTS);
	}
	frame_make(packet, &part, maker, n);
}
