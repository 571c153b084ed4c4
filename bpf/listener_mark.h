/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef LISTENER_MARK_H
#define LISTENER_MARK_H

#include <linux/types.h>

/*
 * How a listener says that it is a server of detour, and whether it is for a
 * server in front, which has ended TLS or begins with a PROXY header, to the
 * program that asks the kernel for it: by socket options that any user may set,
 * unlike SO_MARK, and that do nothing without SO_KEEPALIVE. Nobody has just
 * these by chance.
 */
enum listener_mark {
	LISTENER_MARK_NONE = 0,
	LISTENER_MARK_PLAIN = 109, /* TCP_KEEPCNT */
	LISTENER_MARK_HTTPS = 113, /* likewise; for a server in front */
};

enum {
	LISTENER_MARK_IDLE = 32749,	/* TCP_KEEPIDLE, seconds; a prime ... */
	LISTENER_MARK_INTERVAL = 32719, /* TCP_KEEPINTVL, likewise */
};

/* The mark of a socket. Times are in ticks, as the kernel keeps them; how many
 * make a second does not matter. */
static inline __attribute__((always_inline)) enum listener_mark
listener_mark_of(__u32 idle, __u32 interval, __u32 probes)
{
	if (!idle || (__u64)idle * LISTENER_MARK_INTERVAL !=
			     (__u64)interval * LISTENER_MARK_IDLE)
		return LISTENER_MARK_NONE;
	return probes == LISTENER_MARK_PLAIN || probes == LISTENER_MARK_HTTPS
		       ? (enum listener_mark)probes
		       : LISTENER_MARK_NONE;
}

#endif
