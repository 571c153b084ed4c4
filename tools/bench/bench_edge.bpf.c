// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the benchmarks put on the ends of a veth pair: the limit, a redirect
 * that looks nothing up and keeps nothing, and programs that only pass or drop.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* Not longer than any request, so that frames only shrink. */
#define EDGE_ANSWER                            \
	"HTTP/1.1 301 Moved Permanently\r\n"   \
	"Location: https://limit.example/\r\n" \
	"Content-Length: 0\r\n"                \
	"Connection: close\r\n\r\n"

enum {
	EDGE_LEN = sizeof(EDGE_ANSWER) - 1,
	EDGE_ISN = 0x1000,
	EDGE_TCP = sizeof(struct ethhdr) + sizeof(struct iphdr),
};

_Static_assert(EDGE_LEN % 2 == 0, "the sum is of 16-bit words");

/* Every reply has these headers, without options, at these places. */
struct edge_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	__u8 data[EDGE_LEN];
} __attribute__((packed, aligned(2)));

typedef __u16 __attribute__((may_alias)) edge_word;

struct edge_reply {
	__u8 link[2 * ETH_ALEN]; /* of the request: to, from */
	__be32 from, to;
	__be16 ports[2];
	__u32 seq, ack, sum;
	__u16 len; /* of the data */
	bool syn, fin;
};

static __always_inline __u16 edge_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

/* Of a constant: all of it is done by the compiler. */
static __always_inline __u32 edge_sum(const char *text, int len)
{
	__u32 sum = 0;

#pragma clang loop unroll(full)
	for (int i = 0; i < len; i += 2)
		sum += (__u8)text[i] | (__u8)text[i + 1] << 8;
	return sum;
}

static __always_inline __u32 edge_words(const void *at, int len)
{
	const edge_word *word = at;
	__u32 sum = 0;

#pragma clang loop unroll(full)
	for (int i = 0; i < len / 2; i++)
		sum += word[i];
	return sum;
}

static __always_inline void edge_link(struct edge_frame *frame,
				      const struct edge_reply *reply)
{
	__builtin_memcpy(frame->eth.h_dest, reply->link + ETH_ALEN, ETH_ALEN);
	__builtin_memcpy(frame->eth.h_source, reply->link, ETH_ALEN);
	frame->eth.h_proto = bpf_htons(ETH_P_IP);
}

static __always_inline void edge_ip(struct edge_frame *frame,
				    const struct edge_reply *reply)
{
	edge_word *word = (void *)((__u8 *)frame + ETH_HLEN);

	__builtin_memset(word, 0, sizeof(frame->ip));
	frame->ip.version = 4;
	frame->ip.ihl = 5;
	frame->ip.tot_len =
		bpf_htons(sizeof(frame->ip) + sizeof(frame->tcp) + reply->len);
	frame->ip.ttl = 64;
	frame->ip.protocol = IPPROTO_TCP;
	frame->ip.saddr = reply->from;
	frame->ip.daddr = reply->to;
	frame->ip.check = edge_fold(edge_words(word, sizeof(frame->ip)));
}

static __always_inline void edge_tcp(struct edge_frame *frame,
				     const struct edge_reply *reply)
{
	struct tcphdr *tcp = (void *)((__u8 *)frame + EDGE_TCP);

	__builtin_memset(tcp, 0, sizeof(*tcp));
	tcp->source = reply->ports[1];
	tcp->dest = reply->ports[0];
	tcp->seq = bpf_htonl(reply->seq);
	tcp->ack_seq = bpf_htonl(reply->ack);
	tcp->doff = sizeof(*tcp) / 4;
	tcp->ack = 1;
	tcp->syn = reply->syn;
	tcp->fin = reply->fin;
	tcp->psh = reply->len > 0;
	tcp->window = bpf_htons(64240);
	tcp->check = edge_fold(
		edge_words(tcp, sizeof(*tcp)) + edge_words((__u8 *)tcp - 8, 8) +
		bpf_htons(IPPROTO_TCP) + bpf_htons(sizeof(*tcp) + reply->len) +
		reply->sum);
}

/* What is kept of a request while its frame is cut. */
static __always_inline void edge_take(const struct edge_frame *frame,
				      struct edge_reply *reply)
{
	__builtin_memcpy(reply->link, &frame->eth, sizeof(reply->link));
	reply->from = frame->ip.daddr;
	reply->to = frame->ip.saddr;
	reply->ports[0] = frame->tcp.source;
	reply->ports[1] = frame->tcp.dest;
}

/* False: there is nothing to say. */
static __always_inline bool edge_decide(const struct edge_frame *frame,
					int data, struct edge_reply *reply)
{
	reply->seq = bpf_ntohl(frame->tcp.ack_seq);
	reply->ack = bpf_ntohl(frame->tcp.seq) + data + frame->tcp.fin;
	if (frame->tcp.rst)
		return false;
	if (frame->tcp.syn) {
		reply->syn = true;
		reply->seq = EDGE_ISN;
		reply->ack++;
	} else if (data >= EDGE_LEN) {
		reply->fin = true;
		reply->len = EDGE_LEN;
		reply->sum = edge_sum(EDGE_ANSWER, EDGE_LEN);
	} else if (!frame->tcp.fin) {
		return false;
	}
	return true;
}

/* Frames are cut at their heads: one that goes to and fro in a loop of XDP
 * programs would else run out of headroom. */
static __always_inline int edge_write(struct xdp_md *ctx, int spare,
				      const struct edge_reply *reply)
{
	struct edge_frame *frame;
	void *end;

	if (bpf_xdp_adjust_head(ctx, spare))
		return XDP_DROP;
	frame = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if ((void *)frame->data > end)
		return XDP_DROP;
	edge_link(frame, reply);
	edge_ip(frame, reply);
	edge_tcp(frame, reply);
	if (!reply->len)
		return XDP_TX;
	if ((void *)(frame + 1) > end)
		return XDP_DROP;
	__builtin_memcpy(frame->data, EDGE_ANSWER, EDGE_LEN);
	return XDP_TX;
}

/* cppcheck-suppress unknownMacro */
SEC("xdp")
int edge_bounce(struct xdp_md *ctx)
{
	struct edge_frame *frame = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct edge_reply reply = {0};
	long size = (long)end - (long)frame;
	int data;

	/* The verifier refuses a difference of 32 bits (clang 14). */
	asm volatile("" : "+r"(size));
	if ((void *)frame->data > end || frame->eth.h_proto != bpf_htons(0x800))
		return XDP_PASS;
	if (frame->ip.ihl != 5 || frame->ip.protocol != IPPROTO_TCP ||
	    frame->tcp.dest != bpf_htons(80))
		return XDP_PASS;
	data = bpf_ntohs(frame->ip.tot_len) - sizeof(frame->ip) -
	       frame->tcp.doff * 4;
	if (!edge_decide(frame, data, &reply))
		return XDP_DROP;
	edge_take(frame, &reply);
	size -= offsetof(struct edge_frame, data) + reply.len;
	return edge_write(ctx, size, &reply);
}

SEC("xdp")
int edge_pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("xdp")
int edge_drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "BSD";
