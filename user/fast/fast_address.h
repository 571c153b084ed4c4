/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_ADDRESS_H
#define FAST_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

struct fast_instance;

/*
 * The addresses that the fast path answers on, or takes for no client's, as the
 * instance's map has them (enum fast_address_kind): for each interface of its
 * own, IPv4 as ::ffff:a.b.c.d. All functions return
 * 0 or -errno with error_set() unless said otherwise.
 */
struct fast_address_list {
	uint8_t (*addr)[16];
	size_t count, room;
};

/* Those of an interface; none is in both lists. */
struct fast_addresses {
	struct fast_address_list served, martian;
};

/* Add one of inet_pton(3)'s form; -EINVAL for what no host can have: multicast,
 * broadcast and unspecified. One that is in the list is not added again. */
int fast_address_parse(struct fast_address_list *list, const char *text);

enum { FAST_ADDRESS_TEXT = 46 }; /* with the final NUL */

/* inet_ntop(3)'s form; a mapped one as the IPv4 address that it is. */
void fast_address_print(const uint8_t addr[16], char text[FAST_ADDRESS_TEXT]);

/* Add all unicast addresses of all interfaces of this network namespace; those
 * of the loopback range only if it is for the loopback interface, since the
 * kernel takes them from no other. */
int fast_address_own(struct fast_address_list *list, uint32_t ifindex);

/* Find the martian ones anew: what is not served of fast_address_own(), and of
 * the broadcast addresses of all subnets of this network namespace. Those
 * beyond what the map can hold are left out. */
int fast_address_martian(struct fast_addresses *addresses, uint32_t ifindex);

/* Both accept what is all zero. */
void fast_address_free(struct fast_address_list *list);
void fast_addresses_free(struct fast_addresses *addresses);

#endif
