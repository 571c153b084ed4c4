// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The fast path: a stateless XDP responder, and the TC program that gives what
 * it does not answer to the kernel's own TCP.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

#include "cookie.h"
#include "counter.h"
#include "fastpath.h"
#include "maps.bpf.h"

SEC("xdp")
int xdp_respond(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("tc")
int tc_hand_over(struct __sk_buff *skb)
{
	(void)skb;
	return TC_ACT_UNSPEC;
}

char license_text[] SEC("license") = "Dual BSD/GPL";
