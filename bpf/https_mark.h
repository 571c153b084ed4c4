/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef HTTPS_MARK_H
#define HTTPS_MARK_H

#include <linux/types.h>

/*
 * How a listener says that what it accepts came by TLS, to the program that
 * asks the kernel for it: by socket options that any user may set, unlike
 * SO_MARK, and that do nothing without SO_KEEPALIVE. Nobody has just these by
 * chance.
 */
enum {
	HTTPS_MARK_IDLE = 32749,     /* TCP_KEEPIDLE, seconds; a prime ... */
	HTTPS_MARK_INTERVAL = 32719, /* TCP_KEEPINTVL, likewise */
	HTTPS_MARK_PROBES = 113,     /* TCP_KEEPCNT */
};

/* Whether a socket has the mark. Times are in ticks, as the kernel keeps them;
 * how many make a second does not matter. */
static inline __attribute__((always_inline)) int
https_mark_is(__u32 idle, __u32 interval, __u32 probes)
{
	return idle && probes == HTTPS_MARK_PROBES &&
	       (__u64)idle * HTTPS_MARK_INTERVAL ==
		       (__u64)interval * HTTPS_MARK_IDLE;
}

#endif
