// SPDX-License-Identifier: BSD-2-Clause
/*
 * The feeder: a test run repeats one program on one buffer, so that each time
 * it puts the next prepared frame there, and calls the program that is to be
 * measured.
 */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "bench_xdp.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, BENCH_PACKETS);
	__type(key, __u32);
	__type(value, struct bench_packet);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, BENCH_SLOTS);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} programs SEC(".maps");

volatile __u32 slot;   /* enum bench_slot */
volatile __u32 next;   /* in packets */
volatile __u32 failed; /* runs that called nothing */
volatile __u64 origin; /* where frames begin; 0: not known yet */
volatile __u64 begin;  /* where the last one was left */

/* The called program may have moved the frame's begin. As a number, since the
 * verifier takes no difference of two frames' pointers. */
static __always_inline int restore_begin(struct xdp_md *ctx)
{
	begin = (__u64)(long)ctx->data;
	if (!origin)
		origin = begin;
	return begin == origin
		       ? 0
		       : bpf_xdp_adjust_head(ctx, (int)(origin - begin));
}

/*
 * The called program may leave any length behind. By way of a short frame,
 * which costs the same from each, the feeder's own cost is that of the frame it
 * restores (growing clears the memory) and can be subtracted.
 */
static __always_inline int restore(struct xdp_md *ctx)
{
	__u32 at = next++, size;
	struct bench_packet *packet;
	int len;

	if (restore_begin(ctx))
		return -1;
	len = ctx->data_end - ctx->data;
	packet = bpf_map_lookup_elem(&packets, &at);
	if (!packet || bpf_xdp_adjust_tail(ctx, BENCH_SHORT - len))
		return -1;
	size = packet->len;
	if (size <= BENCH_SHORT || size > BENCH_FRAME ||
	    bpf_xdp_adjust_tail(ctx, size - BENCH_SHORT))
		return -1;
	return bpf_xdp_store_bytes(ctx, 0, packet->frame, size);
}

/* cppcheck-suppress unknownMacro */
SEC("xdp")
int feed(struct xdp_md *ctx)
{
	if (!restore(ctx))
		bpf_tail_call(ctx, &programs, slot);
	failed++;
	return XDP_ABORTED;
}

SEC("xdp")
int nothing(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

SEC("xdp")
int bounce(struct xdp_md *ctx)
{
	__u8 *data = (void *)(long)ctx->data, from[6];

	if (data + 14 > (__u8 *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(from, data, 6);
	__builtin_memcpy(data, data + 6, 6);
	__builtin_memcpy(data + 6, from, 6);
	return XDP_TX;
}

char license_text[] SEC("license") = "Dual BSD/GPL";
