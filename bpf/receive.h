/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RECEIVE_H
#define RECEIVE_H

#include <linux/types.h>

/*
 * What a SYN-ACK says of this end. It must not exceed what the kernel will say
 * when it is given the connection.
 */
struct fast_receive {
	__u32 space;	/* bytes of data that a listener has room for */
	__u32 clamp;	/* the largest window, 0: any */
	__u16 mss[2];	/* the largest to name, 0: any; IPv6's, IPv4's */
	__u16 segments; /* the first window in segments, 0: any */
	__u8 scale;	/* of windows */
	__u8 pad;
};

_Static_assert(sizeof(struct fast_receive) == 16, "layout");

/* A space in bytes, or clamp if that is smaller and not 0. */
static inline __attribute__((always_inline)) __u32 receive_clamp(__u32 space,
								 __u32 clamp)
{
	return clamp && clamp < space ? clamp : space;
}

/* The first window, as the kernel's tcp_select_initial_window() makes it: whole
 * segments, and no more than the header's field can say. */
static inline __attribute__((always_inline)) __u32
receive_window(__u32 space, __u32 segments, __u32 mss)
{
	if (space > mss)
		space -= space % mss;
	if (segments && space > segments * mss)
		space = segments * mss;
	return space > 65535 ? 65535 : space;
}

#endif
