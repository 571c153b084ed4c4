// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The program of a veth's far end, and one that has taken an interface. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* cppcheck-suppress unknownMacro */
SEC("xdp")
int pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
