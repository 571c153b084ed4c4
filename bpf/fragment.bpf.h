/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef FRAGMENT_BPF_H
#define FRAGMENT_BPF_H

#include <linux/types.h>

#include <bpf/bpf_helpers.h>

/*
 * The rate of the SYNs that are left to the kernel since their clients have
 * packets fragmented: so many at once, and then so many a second. What the kernel
 * keeps of those that go no further, a minute by default, is less than the
 * shortest of usual queues of listeners holds. What is beyond it is answered
 * with a cookie, as others are.
 */
enum {
	FRAGMENT_RATE = 4,
	FRAGMENT_BURST = 128,
};

/* When what was let through would be at its rate, in 1/FRAGMENT_RATE s. All
 * processors share it. */
__u64 fragment_due;

/* Whether one more is within the rate. */
static __always_inline int fragment_take(__u64 seconds)
{
	__u64 now = seconds * FRAGMENT_RATE, due = fragment_due;
	__u64 next = due < now ? now : due;

	if (next >= now + FRAGMENT_BURST)
		return 0;
	/* One that loses against another processor is not within it. */
	return __sync_val_compare_and_swap(&fragment_due, due, next + 1) == due;
}

#endif
