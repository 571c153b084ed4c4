/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FALLBACK_SET_H
#define FALLBACK_SET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

struct listen_set;

enum {
	FALLBACK_MAX = 16,    /* addresses; more are left out */
	FALLBACK_NEWS = 1024, /* bytes of a line about them, NUL included */
};

/* The addresses of a server, best first. */
struct fallback_set {
	unsigned int version; /* of the owner's */
	size_t count;
	union fallback_address {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address[FALLBACK_MAX];
};

static inline socklen_t fallback_len(const union fallback_address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->v6)
						  : sizeof(address->v4);
}

/*
 * fallback_lookup - the addresses that a name has now
 * @numeric: only if it is an address
 *
 * Takes as long as the C library's resolver does. Returns 0 or a code of
 * getaddrinfo().
 */
int fallback_lookup(struct fallback_set *set, const char *host,
		    const char *port, bool numeric);

/* Whether two sets have an address in common. */
bool fallback_shares(const struct fallback_set *a,
		     const struct fallback_set *b);

/* Take out those that are listeners of this host's in own: how many. The first
 * of them is kept in *found. */
size_t fallback_filter(struct fallback_set *set, const struct listen_set *own,
		       union fallback_address *found);

/* Write addresses as "192.0.2.1:80, [2001:db8::1]:80"; what has no room is left
 * out, and said so. */
void fallback_text(char *text, size_t size, const struct fallback_set *set);

#endif
