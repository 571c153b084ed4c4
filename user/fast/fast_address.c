// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fast_address.h"
#include "fast_broadcast.h"
#include "fastpath.h"

static bool list_has(const struct fast_address_list *list, const uint8_t *addr)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!memcmp(list->addr[i], addr, 16))
			return true;
	return false;
}

static int list_add(struct fast_address_list *list, const uint8_t *addr)
{
	if (list_has(list, addr))
		return 0;
	if (list->count == FAST_ADDRESSES_MAX)
		return error_set(-E2BIG, "more than %d addresses",
				 FAST_ADDRESSES_MAX);
	if (array_grow(&list->addr, &list->room, list->count + 1, 16))
		return error_sys(-ENOMEM, "cannot list the addresses");
	memcpy(list->addr[list->count++], addr, 16);
	return 0;
}

void fast_address_free(struct fast_address_list *list)
{
	free(list->addr);
	memset(list, 0, sizeof(*list));
}

void fast_addresses_free(struct fast_addresses *addresses)
{
	fast_address_free(&addresses->served);
	fast_address_free(&addresses->martian);
}

/* Whether a host can have it; it is mapped if it is IPv4. */
static bool is_unicast(const struct in6_addr *addr)
{
	uint32_t ipv4;

	if (!IN6_IS_ADDR_V4MAPPED(addr))
		return !IN6_IS_ADDR_MULTICAST(addr) &&
		       !IN6_IS_ADDR_UNSPECIFIED(addr);
	memcpy(&ipv4, addr->s6_addr + 12, 4);
	return ntohl(ipv4) >> 24 && ntohl(ipv4) >> 28 < 0xe;
}

static void map_ipv4(struct in6_addr *addr, const struct in_addr *ipv4)
{
	memset(addr, 0, sizeof(*addr));
	memset(addr->s6_addr + 10, 0xff, 2);
	memcpy(addr->s6_addr + 12, ipv4, 4);
}

int fast_address_parse(struct fast_address_list *list, const char *text)
{
	struct in6_addr addr;
	struct in_addr ipv4;

	if (inet_pton(AF_INET, text, &ipv4) == 1)
		map_ipv4(&addr, &ipv4);
	else if (inet_pton(AF_INET6, text, &addr) != 1)
		return error_set(-EINVAL, "'%s' is no IP address", text);
	if (!is_unicast(&addr))
		return error_set(-EINVAL, "'%s' is no address of a host", text);
	return list_add(list, addr.s6_addr);
}

void fast_address_print(const uint8_t addr[16], char text[FAST_ADDRESS_TEXT])
{
	struct in6_addr ipv6;

	memcpy(&ipv6, addr, sizeof(ipv6));
	if (IN6_IS_ADDR_V4MAPPED(&ipv6))
		inet_ntop(AF_INET, addr + 12, text, FAST_ADDRESS_TEXT);
	else
		inet_ntop(AF_INET6, addr, text, FAST_ADDRESS_TEXT);
}

static bool is_loopback(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_LOOPBACK(addr) ||
	       (IN6_IS_ADDR_V4MAPPED(addr) && addr->s6_addr[12] == 127);
}

static int own_add(struct fast_address_list *list, const struct sockaddr *own,
		   bool loopback)
{
	struct in6_addr addr;

	if (own->sa_family == AF_INET)
		map_ipv4(&addr, &((const struct sockaddr_in *)own)->sin_addr);
	else if (own->sa_family == AF_INET6)
		addr = ((const struct sockaddr_in6 *)own)->sin6_addr;
	else
		return 0;
	if (!is_unicast(&addr) || (is_loopback(&addr) && !loopback))
		return 0;
	return list_add(list, addr.s6_addr);
}

static bool interface_is_loopback(const struct ifaddrs *one, uint32_t ifindex)
{
	char name[IF_NAMESIZE];

	if (!if_indextoname(ifindex, name))
		return false;
	for (; one; one = one->ifa_next)
		if (!strcmp(one->ifa_name, name))
			return one->ifa_flags & IFF_LOOPBACK;
	return false;
}

int fast_address_own(struct fast_address_list *list, uint32_t ifindex)
{
	struct ifaddrs *all, *one;
	bool loopback;
	int err = 0;

	if (getifaddrs(&all))
		return error_sys(-errno, "cannot list this host's addresses");
	loopback = interface_is_loopback(all, ifindex);
	for (one = all; one && !err; one = one->ifa_next)
		if (one->ifa_addr)
			err = own_add(list, one->ifa_addr, loopback);
	freeifaddrs(all);
	return err;
}

static int broadcast_add(const struct in_addr *ipv4, void *list)
{
	struct in6_addr addr;

	map_ipv4(&addr, ipv4);
	if (!is_unicast(&addr) || is_loopback(&addr))
		return 0;
	return list_add(list, addr.s6_addr);
}

int fast_address_martian(struct fast_addresses *addresses, uint32_t ifindex)
{
	struct fast_address_list all = {NULL, 0, 0};
	size_t i;
	int err;

	fast_address_free(&addresses->martian);
	err = fast_address_own(&all, ifindex);
	if (!err)
		err = fast_broadcast_each(broadcast_add, &all);
	if (err == -E2BIG)
		err = 0;
	for (i = 0; i < all.count && !err; i++)
		if (!list_has(&addresses->served, all.addr[i]))
			err = list_add(&addresses->martian, all.addr[i]);
	fast_address_free(&all);
	return err;
}
