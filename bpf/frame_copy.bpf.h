/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FRAME_COPY_BPF_H
#define FRAME_COPY_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "loop.h"
#include "word.h"

/*
 * Copying between a frame and per-CPU memory, in words. bpf_xdp_load_bytes()
 * and bpf_xdp_store_bytes() use the processor's string instructions, which take
 * longer to start than most frames take here.
 *
 * A rest of less than a word is copied as the word that ends there, so that at
 * least 8 bytes must stand before the end on both sides.
 */
enum { FRAME_MASK = 0xfff /* of places in a frame */ };

/* Copy len bytes from a place of the frame to an offset of room, which must
 * have mask + 32 bytes. Returns 0, or -1 outside of the frame. */
static __always_inline int frame_load(struct xdp_md *ctx, __u8 *room,
				      __u64 mask, __u64 to, __u64 at, __u64 len)
{
	const __u8 *data = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	const __u8 *from;
	__u64 i;

	for (i = LOOP_FROM(0); LOOP(i + 32 <= len); i = LOOP_FROM(i + 32)) {
		__u64 *dst = (void *)(room + ((to + i) & mask));

		from = data + ((at + i) & FRAME_MASK);
		if (from + 32 > end)
			return -1;
		dst[0] = word_load(from);
		dst[1] = word_load(from + 8);
		dst[2] = word_load(from + 16);
		dst[3] = word_load(from + 24);
	}
	for (; LOOP(i + 8 <= len); i = LOOP_FROM(i + 8)) {
		from = data + ((at + i) & FRAME_MASK);
		if (from + 8 > end)
			return -1;
		*(__u64 *)(room + ((to + i) & mask)) = word_load(from);
	}
	if (i == len)
		return 0;
	from = data + ((at + len - 8) & FRAME_MASK);
	if (from + 8 > end)
		return -1;
	*(__u64 *)(room + ((to + len - 8) & mask)) = word_load(from);
	return 0;
}

/* The way back: copy len bytes from an offset of room to a place of the
 * frame. */
static __always_inline int frame_store(struct xdp_md *ctx, const __u8 *room,
				       __u64 mask, __u64 at, __u64 place,
				       __u64 len)
{
	__u8 *data = (void *)(long)ctx->data;
	const __u8 *end = (void *)(long)ctx->data_end;
	__u8 *to;
	__u64 i;

	for (i = LOOP_FROM(0); LOOP(i + 32 <= len); i = LOOP_FROM(i + 32)) {
		const __u64 *src = (const void *)(room + ((at + i) & mask));

		to = data + ((place + i) & FRAME_MASK);
		if (to + 32 > end)
			return -1;
		((__u64 *)to)[0] = src[0];
		((__u64 *)to)[1] = src[1];
		((__u64 *)to)[2] = src[2];
		((__u64 *)to)[3] = src[3];
	}
	for (; LOOP(i + 8 <= len); i = LOOP_FROM(i + 8)) {
		to = data + ((place + i) & FRAME_MASK);
		if (to + 8 > end)
			return -1;
		*(__u64 *)to = word_load(room + ((at + i) & mask));
	}
	if (i == len)
		return 0;
	to = data + ((place + len - 8) & FRAME_MASK);
	if (to + 8 > end)
		return -1;
	*(__u64 *)to = word_load(room + ((at + len - 8) & mask));
	return 0;
}

#endif
