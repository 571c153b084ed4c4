/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_LISTENER_H
#define FAST_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct fast_address_list;
struct fast_prefix_list;

/* TCP sockets that listen. The address is mapped if it is IPv4. */
struct fast_listener {
	uint8_t addr[16];
	uint16_t port;	/* host byte order */
	bool ipv6_only; /* on ::, not for IPv4 */
	uint32_t bound; /* to an interface, by its index, or 0 */
	uint32_t inode; /* 0: unknown */
};

struct fast_listener_list {
	struct fast_listener *listener;
	size_t count, room;
};

/*
 * What listeners are asked for: those for addresses on an interface.
 * @ifindex: that the packets come by, or 0 if what is bound to an interface
 *           does not listen
 * @vrf:     that it is a port of, or 0; there, what is bound to no interface
 *           listens only with net.ipv4.tcp_l3mdev_accept
 */
struct fast_listener_place {
	uint32_t ifindex, vrf;
	const struct fast_address_list *served;
	const struct fast_prefix_list *prefixes;
};

/*
 * fast_listener_check - whether what is served has listeners
 * @each: whether all of it needs one; else one does for each port
 *
 * Without each, a listener on :: or 0.0.0.0 will do: what addresses there are
 * may change.
 *
 * Returns 0, or -ENOTCONN with error_set() for the first port, and address,
 * that has none.
 */
int fast_listener_check(const struct fast_listener_list *list,
			const uint16_t *port, unsigned int ports,
			const struct fast_listener_place *place, bool each);

/*
 * fast_listener_missing - call fn for each address and port, as "ADDR:PORT" or
 * "[ADDR]:PORT", that nobody listens on
 *
 * A prefix counts as one address, which has a listener if all of it has. Link-
 * local addresses are passed over, since hosts have them for themselves.
 */
void fast_listener_missing(const struct fast_listener_list *list,
			   const uint16_t *port, unsigned int ports,
			   const struct fast_listener_place *place,
			   void (*fn)(const char *where, void *arg), void *arg);

/* Whether one is for something of what is served there. */
bool fast_listener_serves(const struct fast_listener *listener,
			  const struct fast_listener_place *place);

#endif
