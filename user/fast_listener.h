/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_H
#define FAST_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct fast_address_list;

/* TCP sockets that listen. The address is mapped if it is IPv4. */
struct fast_listener {
	uint8_t addr[16];
	uint16_t port; /* host byte order */
};

struct fast_listener_list {
	struct fast_listener *listener;
	size_t count, room;
};

/*
 * fast_listener_check - whether what is served has listeners
 * @served: addresses
 * @each:   whether all of them need one; else one does for each port
 *
 * A listener on :: counts for IPv4, too, since the kernel's tables do not tell
 * whether it takes that. Without each, a listener on :: or 0.0.0.0 will do:
 * what addresses there are may change.
 *
 * Returns 0; -ENOTCONN with error_set() for the first port, and address, that
 * has none; or -errno with error_set() when it cannot be known.
 */
int fast_listener_check(const uint16_t *port, unsigned int ports,
			const struct fast_address_list *served, bool each);

/*
 * fast_listener_scan - add those of one of the kernel's tables of TCP sockets
 * (/proc/net/tcp, tcp6)
 *
 * What is no line of a socket is passed over; the table has the listeners
 * first. Returns 0 or -ENOMEM with error_set().
 */
int fast_listener_scan(FILE *table, struct fast_listener_list *list);

/* Accepts one that is all zero. */
void fast_listener_free(struct fast_listener_list *list);

#endif
