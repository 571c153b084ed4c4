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
	bool https;	/* what it accepts came by TLS */
	bool proxy;	/* ... begins with a header of the PROXY protocol */
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

/* Whether one hears of what comes by the interface. */
bool fast_listener_hears(const struct fast_listener *listener,
			 const struct fast_listener_place *place);

/* Whether one is for something of what is served there. */
bool fast_listener_serves(const struct fast_listener *listener,
			  const struct fast_listener_place *place);

/* Who listens; the fast path leaves all to what is of https or proxy. */
enum fast_listener_found {
	FAST_LISTENER_NONE,
	FAST_LISTENER_PLAIN,
	FAST_LISTENER_PROXY, /* and not of https */
	FAST_LISTENER_HTTPS,
};

static inline enum fast_listener_found
fast_listener_kind(const struct fast_listener *listener)
{
	if (listener->https)
		return FAST_LISTENER_HTTPS;
	return listener->proxy ? FAST_LISTENER_PROXY : FAST_LISTENER_PLAIN;
}

/*
 * fast_listener_find - what gets the connections to an address, as the kernel
 * chooses
 * @exact: one on just that address may be it; else those that take all
 *
 * HTTPS or PROXY also if it is one of several that share them.
 */
enum fast_listener_found
fast_listener_find(const struct fast_listener_list *list, uint16_t port,
		   const struct fast_listener_place *place, const uint8_t *addr,
		   bool exact);

#endif
