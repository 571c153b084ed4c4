// SPDX-License-Identifier: BSD-2-Clause
/*
 * The virtual clients: a closed loop in XDP that asks a server as fast as it
 * answers. Each packet of the server is turned into the client's next one, down
 * to the SYN of its next connection. A client is an address, some ports and
 * a sequence number; what a packet acknowledges tells how far the client is.
 */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "xdp_load.h"
#include "xdp_load_frame.bpf.h"
#include "xdp_load_loop.bpf.h"

/* The request that follows from client and sequence number. */
static __always_inline int request_find(struct loop *loop)
{
	__u32 choice;

	loop->hash = load_hash(loop->seg.client, loop->client->base);
	choice = load_choice(loop->hash, request_count);
	loop->request = bpf_map_lookup_elem(&requests, &choice);
	return loop->request ? 0 : -1;
}

static __always_inline int request_send(struct loop *loop)
{
	const struct segment *seg = &loop->seg;

	loop->counts->events[LOAD_ASKED]++;
	loop->reply.request = loop->request;
	return send(loop, PSH | ACK, loop->client->base + 1,
		    seg->seq + seg->len + !!(seg->flags & SYN));
}

static __always_inline int connection_begin(struct loop *loop)
{
	struct load_client *client = loop->client;

	__u32 lane = (client->lane + 1) % LOAD_LANES;

	loop->seg.port =
		bpf_htons(bpf_ntohs(loop->seg.port) + lane - loop->seg.lane);
	client->lane = lane;
	client->base += LOAD_ISN_STEP;
	client->state = LOAD_WAITING;
	if (request_find(loop))
		return XDP_DROP;
	time_start(loop);
	return send(loop, SYN, client->base, 0);
}

/* The last ACK: of the client's FIN. */
static __always_inline int connection_end(struct loop *loop)
{
	struct load_client *client = loop->client;

	if (client->state == LOAD_IDLE)
		return XDP_DROP;
	if (client->state == LOAD_HAS_RIGHT)
		loop->counts->events[LOAD_COMPLETED]++;
	else if (client->state == LOAD_WAITING && !keep_alive)
		loop->counts->events[LOAD_UNANSWERED]++;
	if (!open_loop)
		return connection_begin(loop);
	client->state = LOAD_IDLE;
	return XDP_DROP;
}

/* The status code, or 0. */
static __always_inline __u32 answer_status(struct xdp_md *ctx,
					   const struct segment *seg)
{
	const __u8 *text = (void *)(long)ctx->data;

	if (seg->data > LINK_LEN + IPV6_LEN + 60 || seg->len < 12)
		return 0;
	text += seg->data;
	if (text + 12 > (__u8 *)(long)ctx->data_end || text[0] != 'H' ||
	    text[1] != 'T' || text[2] != 'T' || text[3] != 'P' ||
	    text[4] != '/' || text[8] != ' ')
		return 0;
	return (text[9] - '0') * 100 + (text[10] - '0') * 10 + text[11] - '0';
}

static __always_inline void answer_sample(struct xdp_md *ctx,
					  const struct loop *loop)
{
	struct load_sample *sample;
	__u32 len = loop->seg.len;

	sample = bpf_ringbuf_reserve(&samples, sizeof(*sample), 0);
	if (!sample) {
		loop->counts->events[LOAD_UNCHECKED]++;
		return;
	}
	sample->request = load_choice(loop->hash, request_count);
	sample->len = len;
	if (len > LOAD_ANSWER)
		len = LOAD_ANSWER;
	if (!len ||
	    bpf_xdp_load_bytes(ctx, loop->seg.data, sample->answer, len)) {
		bpf_ringbuf_discard(sample, BPF_RB_NO_WAKEUP);
		return;
	}
	bpf_ringbuf_submit(sample, BPF_RB_NO_WAKEUP);
}

/* The first segment of an answer. */
static __always_inline void answer_take(struct xdp_md *ctx, struct loop *loop,
					__u32 status)
{
	int right = status == loop->request->status;

	time_end(loop);
	if (status < LOAD_STATUSES)
		loop->counts->status[status]++;
	loop->counts->events[right ? LOAD_RIGHT : LOAD_WRONG]++;
	loop->client->state = right ? LOAD_HAS_RIGHT : LOAD_HAS_WRONG;
	if (!right || load_sampled(loop->hash))
		answer_sample(ctx, loop);
}

/* An answer is complete where its server pushes. */
static __always_inline int answer_next(struct loop *loop)
{
	struct load_client *client = loop->client;

	client->base += loop->request->len;
	client->state = LOAD_WAITING;
	if (request_find(loop))
		return XDP_DROP;
	time_start(loop);
	return request_send(loop);
}

static __always_inline int answer_ack(struct loop *loop)
{
	const struct segment *seg = &loop->seg;
	__u32 fin = seg->flags & FIN;

	return send(loop, ACK | fin,
		    loop->client->base + 1 + loop->request->len,
		    seg->seq + seg->len + fin);
}

/* What acknowledges the request: data, FIN, or both. */
static __always_inline int answer(struct xdp_md *ctx, struct loop *loop)
{
	const struct segment *seg = &loop->seg;
	__u32 status;

	if (!seg->len)
		return seg->flags & FIN ? answer_ack(loop) : XDP_DROP;
	loop->counts->bytes += seg->len;
	status = answer_status(ctx, seg);
	if (loop->client->state == LOAD_WAITING && (status || !keep_alive))
		answer_take(ctx, loop, status);
	else
		loop->counts->events[LOAD_MORE]++;
	if (keep_alive && loop->client->state != LOAD_WAITING &&
	    (seg->flags & (PSH | FIN)) == PSH)
		return answer_next(loop);
	return answer_ack(loop);
}

/* Data behind the answer that was taken for complete, or again. When the server
 * has closed, the request that is on its way is lost. */
static __always_inline int answer_late(struct loop *loop)
{
	if (loop->seg.flags & FIN) {
		loop->client->state = LOAD_IDLE;
		loop->counts->events[LOAD_CLOSED]++;
		return send(loop, RST, loop->seg.ack, 0);
	}
	if (!loop->seg.len)
		return XDP_DROP;
	loop->counts->events[LOAD_MORE]++;
	return answer_ack(loop);
}

static __always_inline int respond(struct xdp_md *ctx, struct loop *loop)
{
	__u32 acked = loop->seg.ack - loop->client->base - 1;

	if (loop->seg.flags & RST) {
		loop->client->state = LOAD_IDLE;
		return drop(loop, LOAD_RESET);
	}
	if (loop->seg.flags & SYN)
		return acked ? drop(loop, LOAD_STRANGE) : request_send(loop);
	if (acked == loop->request->len)
		return answer(ctx, loop);
	if (acked == loop->request->len + 1u)
		return connection_end(loop);
	if (!acked && keep_alive)
		return answer_late(loop);
	return drop(loop, LOAD_STRANGE);
}

/* What is still on its way when all is over is reset, that neither server nor
 * next run has to do with it. */
static __always_inline int drain(struct loop *loop)
{
	loop->counts->events[LOAD_DRAINED]++;
	if (loop->client && loop->client->lane == loop->seg.lane)
		loop->client->state = LOAD_IDLE;
	if (loop->seg.flags & RST || !(loop->seg.flags & ACK))
		return XDP_DROP;
	return send(loop, RST, loop->seg.ack, 0);
}

static __always_inline int verdict(struct xdp_md *ctx, struct loop *loop)
{
	if (phase == LOAD_DRAIN)
		return drain(loop);
	if (!loop->client || loop->client->lane != loop->seg.lane ||
	    request_find(loop))
		return drop(loop, LOAD_STRANGE);
	return respond(ctx, loop);
}

/* cppcheck-suppress unknownMacro */
SEC("xdp")
int load_respond(struct xdp_md *ctx)
{
	struct loop loop;
	__u32 zero = 0;

	if (segment_parse(ctx, &loop.seg))
		return XDP_PASS;
	loop.reply.request = 0;
	loop.counts = bpf_map_lookup_elem(&counts, &zero);
	loop.client = bpf_map_lookup_elem(&clients, &loop.seg.client);
	if (!loop.counts || verdict(ctx, &loop) != XDP_TX)
		return XDP_DROP;
	if (!reply_write(ctx, &loop.seg, &loop.reply))
		return XDP_TX;
	loop.counts->events[LOAD_NO_ROOM]++;
	return XDP_DROP;
}

char license_text[] SEC("license") = "Dual BSD/GPL";
