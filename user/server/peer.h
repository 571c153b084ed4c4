/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PEER_H
#define PEER_H

#include <stdint.h>

struct sockaddr;

/* An end of a connection. An address of IPv4 is one however it came. */
struct peer {
	uint8_t family; /* AF_INET, AF_INET6; 0: not known */
	uint16_t port;
	uint8_t address[16]; /* 4 or 16 bytes, the rest is zero */
};

/* Take an address of IPv6, which may be one of IPv4. */
void peer_take_ipv6(struct peer *peer, const void *address, uint16_t port);
void peer_take_ipv4(struct peer *peer, const void *address, uint16_t port);

/* Take what the kernel says; of another family it is not known. */
void peer_take(struct peer *peer, const struct sockaddr *from);

/* The two ends of a socket. Not known for a client that is gone. */
void peer_remote(struct peer *peer, int fd);
void peer_local(struct peer *peer, int fd);

#endif
