/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FRAGMENT_BPF_H
#define FRAGMENT_BPF_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

/*
 * The rate of the SYNs that are left to the kernel because their clients have
 * packets fragmented: FRAGMENT_BURST at once, then FRAGMENT_RATE a second. The
 * kernel keeps those that go no further for a minute by default; they are fewer
 * than the shortest of usual listen queues holds. SYNs above the rate are
 * answered with a cookie, as others are.
 */
enum {
	FRAGMENT_RATE = 4,
	FRAGMENT_BURST = 128,
};

/* When the SYNs let through so far would be due at the rate, in units of
 * 1/FRAGMENT_RATE s. All processors share it. */
__u64 fragment_due;

/* Whether one more is within the rate. */
static __always_inline int fragment_take(__u64 seconds)
{
	__u64 now = seconds * FRAGMENT_RATE, due = fragment_due;
	__u64 next = due < now ? now : due;

	if (next >= now + FRAGMENT_BURST)
		return 0;
	/* Who loses the race against another processor is above the rate. */
	return __sync_val_compare_and_swap(&fragment_due, due, next + 1) == due;
}

#endif
