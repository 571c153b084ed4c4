/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FALLBACK_H
#define FALLBACK_H

#include <stddef.h>
#include <sys/socket.h>

/* The server that gets what no rule is for: its addresses, best first. */
enum { FALLBACK_MAX = 16 };

struct fallback {
	size_t count;
	socklen_t len[FALLBACK_MAX];
	struct sockaddr_storage addr[FALLBACK_MAX];
};

/*
 * fallback_resolve - find the addresses of HOST:PORT
 *
 * Returns 0, or -errno with error_set(): -EINVAL for what is not HOST:PORT,
 * -EHOSTUNREACH for a name without address.
 */
int fallback_resolve(struct fallback *fallback, const char *text);

#endif
