// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "error.h"
#include "fast_address.h"
#include "fast_listener.h"
#include "fast_prefix.h"
#include "file.h"

static const uint8_t any[16];
static const uint8_t any_ipv4[16] = {[10] = 0xff, 0xff};

static bool is_any(const uint8_t *addr)
{
	return !memcmp(addr, any, 16) || !memcmp(addr, any_ipv4, 16);
}

static bool is_ipv4(const uint8_t *addr)
{
	return !memcmp(addr, any_ipv4, 12);
}

/* Whether a listener takes all addresses of the family of one. */
static bool takes_all(const struct fast_listener *listener, const uint8_t *addr)
{
	if (!memcmp(listener->addr, any, 16))
		return !is_ipv4(addr) || !listener->ipv6_only;
	return !memcmp(listener->addr, any_ipv4, 16) && is_ipv4(addr);
}

static bool takes(const struct fast_listener *listener, const uint8_t *addr)
{
	return !memcmp(listener->addr, addr, 16) || takes_all(listener, addr);
}

/* Unlike what is bound to no interface, in a VRF. */
static bool vrf_takes_all(void)
{
	return file_number("/proc/sys/net/ipv4/tcp_l3mdev_accept", 0);
}

/* Whether it hears of what comes by the interface. */
static bool hears(const struct fast_listener *listener,
		  const struct fast_listener_place *place)
{
	if (!listener->bound)
		return !place->vrf || vrf_takes_all();
	return listener->bound == place->ifindex ||
	       listener->bound == place->vrf;
}

static bool address_has(const struct fast_listener_list *list, uint16_t port,
			const struct fast_listener_place *place,
			const uint8_t *addr)
{
	const struct fast_listener *listener = list->listener;
	size_t i;

	for (i = 0; i < list->count; i++, listener++)
		if (listener->port == port && takes(listener, addr) &&
		    hears(listener, place))
			return true;
	return false;
}

static bool prefix_has(const struct fast_listener_list *list, uint16_t port,
		       const struct fast_listener_place *place,
		       const struct fast_prefix *prefix, bool all)
{
	const struct fast_listener *listener = list->listener;
	size_t i;

	for (i = 0; i < list->count; i++, listener++)
		if (listener->port == port && hears(listener, place) &&
		    (takes_all(listener, prefix->address.addr) ||
		     (!all && fast_prefix_has(prefix, listener->addr))))
			return true;
	return false;
}

static int missing_set(uint16_t port, const char *where)
{
	return error_set(-ENOTCONN,
			 "nothing listens on port %" PRIu16
			 " of %s (--without-listener attaches all the same)",
			 port, where);
}

static int each_check(const struct fast_listener_list *list, uint16_t port,
		      const struct fast_listener_place *place)
{
	char text[FAST_PREFIX_TEXT];
	size_t i;

	for (i = 0; i < place->served->count; i++) {
		if (address_has(list, port, place, place->served->addr[i]))
			continue;
		fast_address_print(place->served->addr[i], text);
		return missing_set(port, text);
	}
	for (i = 0; i < place->prefixes->count; i++) {
		if (prefix_has(list, port, place, place->prefixes->prefix + i,
			       false))
			continue;
		fast_prefix_print(place->prefixes->prefix + i, text);
		return missing_set(port, text);
	}
	return 0;
}

static bool is_served(const struct fast_listener *listener,
		      const struct fast_listener_place *place)
{
	size_t i;

	if (is_any(listener->addr))
		return true;
	for (i = 0; i < place->served->count; i++)
		if (takes(listener, place->served->addr[i]))
			return true;
	for (i = 0; i < place->prefixes->count; i++)
		if (fast_prefix_has(place->prefixes->prefix + i,
				    listener->addr))
			return true;
	return false;
}

bool fast_listener_serves(const struct fast_listener *listener,
			  const struct fast_listener_place *place)
{
	return hears(listener, place) && is_served(listener, place);
}

static int some_check(const struct fast_listener_list *list, uint16_t port,
		      const struct fast_listener_place *place)
{
	char where[48 + FAST_ADDRESS_TEXT] = "", text[FAST_ADDRESS_TEXT];
	const struct fast_listener *listener = list->listener;
	size_t i;

	for (i = 0; i < list->count; i++, listener++) {
		if (listener->port != port)
			continue;
		fast_address_print(listener->addr, text);
		if (!hears(listener, place))
			snprintf(where, sizeof(where),
				 " except at %s of another interface", text);
		else if (!is_served(listener, place))
			snprintf(where, sizeof(where),
				 " except at %s, which is not served", text);
		else
			return 0;
	}
	return error_set(-ENOTCONN,
			 "nothing listens on port %" PRIu16
			 "%s (--without-listener attaches all the same)",
			 port, where);
}

int fast_listener_check(const struct fast_listener_list *list,
			const uint16_t *port, unsigned int ports,
			const struct fast_listener_place *place, bool each)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ports && !err; i++)
		err = each ? each_check(list, port[i], place)
			   : some_check(list, port[i], place);
	return err;
}

static bool is_link_local(const uint8_t *addr)
{
	return addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

static void where_print(char *text, size_t size, const char *address,
			uint16_t port)
{
	bool ipv6 = strchr(address, ':');

	snprintf(text, size, "%s%s%s:%" PRIu16, ipv6 ? "[" : "", address,
		 ipv6 ? "]" : "", port);
}

static void port_missing(const struct fast_listener_list *list, uint16_t port,
			 const struct fast_listener_place *place,
			 void (*fn)(const char *where, void *arg), void *arg)
{
	char text[FAST_PREFIX_TEXT], where[FAST_PREFIX_TEXT + 8];
	const uint8_t *addr;
	size_t i;

	for (i = 0; i < place->served->count; i++) {
		addr = place->served->addr[i];
		if (is_link_local(addr) || address_has(list, port, place, addr))
			continue;
		fast_address_print(addr, text);
		where_print(where, sizeof(where), text, port);
		fn(where, arg);
	}
	for (i = 0; i < place->prefixes->count; i++) {
		if (prefix_has(list, port, place, place->prefixes->prefix + i,
			       true))
			continue;
		fast_prefix_print(place->prefixes->prefix + i, text);
		where_print(where, sizeof(where), text, port);
		fn(where, arg);
	}
}

void fast_listener_missing(const struct fast_listener_list *list,
			   const uint16_t *port, unsigned int ports,
			   const struct fast_listener_place *place,
			   void (*fn)(const char *where, void *arg), void *arg)
{
	unsigned int i;

	for (i = 0; i < ports; i++)
		port_missing(list, port[i], place, fn, arg);
}
