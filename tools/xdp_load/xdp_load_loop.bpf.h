/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_LOOP_BPF_H
#define XDP_LOAD_LOOP_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "xdp_load.h"
#include "xdp_load_frame.bpf.h"

/* What the virtual clients are made of, and what they do with it. */

const volatile __u32 request_count;
const volatile __u8 keep_alive;
const volatile __u8 open_loop; /* it is user space that begins connections */

volatile __u32 phase; /* enum load_phase */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct load_client);
} clients SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct load_request);
} requests SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct load_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, LOAD_RING);
} samples SEC(".maps");

/* What a packet is answered from. */
struct loop {
	struct segment seg;
	struct reply reply;
	struct load_client *client;
	const struct load_request *request;
	struct load_counts *counts;
	__u64 hash;
};

/* What is sent in the packet's place; one place of the program writes it. */
static __always_inline int send(struct loop *loop, __u32 flags, __u32 seq,
				__u32 ack)
{
	loop->reply.flags = flags;
	loop->reply.seq = seq;
	loop->reply.ack = ack;
	return XDP_TX;
}

static __always_inline int drop(const struct loop *loop, int event)
{
	loop->counts->events[event]++;
	return XDP_DROP;
}

/* Time starts for what is timed: all of an open loop, else the samples. */
static __always_inline void time_start(struct loop *loop)
{
	if (load_sampled(loop->hash))
		loop->client->start = bpf_ktime_get_ns();
}

static __always_inline void time_end(struct loop *loop)
{
	__u32 bucket;

	if (phase != LOAD_MEASURE || !(open_loop || load_sampled(loop->hash)))
		return;
	bucket = load_bucket(bpf_ktime_get_ns() - loop->client->start);
	loop->counts->latency[bucket & (LOAD_LATENCIES - 1)]++;
}

#endif
