/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_DEVICE_H
#define FAST_DEVICE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAST_DEVICE_KIND = 16 }; /* with the final NUL */

/* A network interface as the kernel describes it (rtnetlink(7)). */
struct fast_device {
	uint32_t ifindex;
	uint32_t master; /* that it is a port of, or 0 */
	uint32_t lower;	 /* that it is on, in this network namespace, or 0 */
	uint32_t mtu;
	uint16_t type; /* ARPHRD_ETHER, ... */
	bool loopback;
	char name[IF_NAMESIZE];
	char kind[FAST_DEVICE_KIND]; /* "veth", ...; "": hardware and others */

	/* Of a bridge: whether IPv4 and IPv6 go through netfilter by its own
	 * setting, whether it tells VLANs apart. */
	bool call_ipv4, call_ipv6, vlans;
	uint16_t ipvlan; /* mode of an ipvlan */
};

enum { FAST_DEVICE_L3S = 2 }; /* a mode of ipvlan */

struct fast_device_list {
	struct fast_device *device;
	size_t count, room;
};

/* Fill an empty list with those of this network namespace: 0 or -errno with
 * error_set(). */
int fast_device_read(struct fast_device_list *list);

/* NULL if there is none. */
const struct fast_device *fast_device_find(const struct fast_device_list *list,
					   uint32_t ifindex);

/* The name; "another interface" if it is not in the list. */
const char *fast_device_name(const struct fast_device_list *list,
			     uint32_t ifindex);

/* Whether it is of that kind. Accepts NULL, which is of none. */
bool fast_device_is(const struct fast_device *device, const char *kind);

/* Accepts one that is all zero. */
void fast_device_free(struct fast_device_list *list);

#endif
