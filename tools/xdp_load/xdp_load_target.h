/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef XDP_LOAD_TARGET_H
#define XDP_LOAD_TARGET_H

#include <stdbool.h>
#include <stdint.h>

enum { LOAD_WORDS = 4 };

/* Who asks whom, over what. */
struct load_target {
	const char *interface;
	int ifindex;
	uint8_t mac[6], server_mac[6];
	bool ipv6, source_ipv6; /* of the server, and of clients: the same */
	/* Of addresses, in network order; of IPv4 the last is all. */
	uint32_t server[LOAD_WORDS], source[LOAD_WORDS];
	uint16_t port;		      /* host order */
	unsigned int source_bits;     /* of a client in its address */
	uint32_t clients, first_port; /* as load_target_clients() sets them */
};

/* The parsers return 0, or -1 for what is none. */

/* ADDRESS:PORT, or [ADDRESS]:PORT of IPv6. */
int load_target_server(struct load_target *target, const char *text);

/* ADDRESS/LEN, LEN so that 0 to 24 bits are left, which are zeros. */
int load_target_source(struct load_target *target, const char *text);

/* Six hexadecimal numbers with colons between. */
int load_target_mac(struct load_target *target, const char *text);

/* Choose the ports, at random, that the server has no connection of an earlier
 * run in its way. -errno with error_text() if source has not enough. */
int load_target_clients(struct load_target *target, uint32_t clients);

/* Fill in the interface's index and address, and the server's if server_mac is
 * still zeros: that of its neighbour entry, which is made if need be, within a
 * second; for IPv4 alone. Returns 0, or -errno with error_text(). */
int load_target_find(struct load_target *target);

#endif
