// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

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

bool fast_listener_hears(const struct fast_listener *listener,
			 const struct fast_listener_place *place)
{
	if (!listener->bound)
		return !place->vrf || vrf_takes_all();
	return listener->bound == place->ifindex ||
	       listener->bound == place->vrf;
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
	return fast_listener_hears(listener, place) &&
	       is_served(listener, place);
}

/* How well one fits, by address, then by interface, then by family; 0: not at
 * all. */
static int fit(const struct fast_listener *listener,
	       const struct fast_listener_place *place, const uint8_t *addr,
	       bool exact)
{
	bool all = takes_all(listener, addr);

	if (!fast_listener_hears(listener, place) ||
	    !(all || (exact && takes(listener, addr))))
		return 0;
	return 1 + 4 * !all + 2 * !!listener->bound +
	       (is_ipv4(addr) == is_ipv4(listener->addr));
}

enum fast_listener_found
fast_listener_find(const struct fast_listener_list *list, uint16_t port,
		   const struct fast_listener_place *place, const uint8_t *addr,
		   bool exact)
{
	enum fast_listener_found found = FAST_LISTENER_NONE, as;
	const struct fast_listener *listener = list->listener;
	int best = 1, now;
	size_t i;

	for (i = 0; i < list->count; i++, listener++) {
		now = listener->port == port ? fit(listener, place, addr, exact)
					     : 0;
		as = fast_listener_kind(listener);
		if (now > best || (now == best && as > found))
			found = as;
		if (now > best)
			best = now;
	}
	return found;
}
