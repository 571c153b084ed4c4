// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fast_address.h"
#include "fast_listener_places.h"
#include "fast_prefix.h"

struct places {
	const struct fast_listener_list *list;
	const struct fast_listener_place *place;
	enum fast_listener_found found; /* that is asked for */
	void (*fn)(const char *where, void *arg);
	void *arg;
};

static bool is_link_local(const uint8_t *addr)
{
	return addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

static void place_tell(const struct places *places, const char *address,
		       uint16_t port)
{
	char text[FAST_PREFIX_TEXT + 8];
	bool ipv6 = strchr(address, ':');

	snprintf(text, sizeof(text), "%s%s%s:%" PRIu16, ipv6 ? "[" : "",
		 address, ipv6 ? "]" : "", port);
	places->fn(text, places->arg);
}

static void address_take(const struct places *places, const uint8_t *addr,
			 uint16_t port)
{
	char text[FAST_ADDRESS_TEXT];

	if (is_link_local(addr) ||
	    fast_listener_find(places->list, port, places->place, addr, true) !=
		    places->found)
		return;
	fast_address_print(addr, text);
	place_tell(places, text, port);
}

/* Whether one before it in the list has the same address: a server has one for
 * each thread. */
static bool is_again(const struct places *places, size_t at)
{
	const struct fast_listener *listener = places->list->listener;
	size_t i;

	for (i = 0; i < at; i++)
		if (listener[i].port == listener[at].port &&
		    !memcmp(listener[i].addr, listener[at].addr, 16))
			return true;
	return false;
}

static void prefix_take(const struct places *places,
			const struct fast_prefix *prefix, uint16_t port)
{
	const struct fast_listener *listener = places->list->listener;
	char text[FAST_PREFIX_TEXT];
	size_t i;

	if (fast_listener_find(places->list, port, places->place,
			       prefix->address.addr, false) == places->found) {
		fast_prefix_print(prefix, text);
		place_tell(places, text, port);
	}
	for (i = 0; i < places->list->count; i++, listener++)
		if ((listener->https || listener->proxy) &&
		    listener->port == port &&
		    fast_prefix_has(prefix, listener->addr) &&
		    !is_again(places, i))
			address_take(places, listener->addr, port);
}

void fast_listener_places(const struct fast_listener_list *list,
			  const uint16_t *port, unsigned int ports,
			  const struct fast_listener_place *place,
			  enum fast_listener_found found,
			  void (*fn)(const char *where, void *arg), void *arg)
{
	const struct places places = {list, place, found, fn, arg};
	unsigned int i;
	size_t k;

	for (i = 0; i < ports; i++) {
		for (k = 0; k < place->served->count; k++)
			address_take(&places, place->served->addr[k], port[i]);
		for (k = 0; k < place->prefixes->count; k++)
			prefix_take(&places, place->prefixes->prefix + k,
				    port[i]);
	}
}
