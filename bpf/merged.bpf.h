/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef MERGED_BPF_H
#define MERGED_BPF_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/*
 * In generic mode the kernel may have merged a packet of several frames (GRO),
 * or a local sender may not have divided it yet (TSO). A reply in its place
 * would keep the mark that it is to be divided, and devices that cannot do that
 * would lose it. The mark is in struct skb_shared_info, which the kernel has
 * after the packet's buffer, and of which only the size is known here.
 */

struct xdp_buff {
	void *data_hard_start;
	__u32 frame_sz;
} __attribute__((preserve_access_index));

struct skb_shared_info {
	__u16 gso_size;
} __attribute__((preserve_access_index));

extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym;
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

enum { MERGED_ALIGN = 64 /* SMP_CACHE_BYTES where generic mode was tried */ };

/* Whether the program is attached in generic mode: else there is no such mark.
 * Written once, after attaching. */
volatile __u32 generic;

static __always_inline int merged(struct xdp_md *ctx)
{
	struct skb_shared_info *info;
	struct xdp_buff *buff;
	__u32 size;

	if (!generic)
		return 0;
	buff = bpf_cast_to_kern_ctx(ctx);
	size = bpf_core_type_size(struct skb_shared_info);
	size = (size + MERGED_ALIGN - 1) & ~(MERGED_ALIGN - 1);
	info = bpf_rdonly_cast(buff->data_hard_start + buff->frame_sz - size,
			       bpf_core_type_id_kernel(struct skb_shared_info));
	return info->gso_size != 0;
}

#endif
