// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "error.h"
#include "fast_address.h"
#include "fast_listener.h"
#include "fast_listener_check.h"
#include "fast_prefix.h"

/* The best that a prefix has: for all of it, or for addresses of it. */
static enum fast_listener_found
prefix_find(const struct fast_listener_list *list, uint16_t port,
	    const struct fast_listener_place *place,
	    const struct fast_prefix *prefix)
{
	const struct fast_listener *listener = list->listener;
	enum fast_listener_found found, one;
	size_t i;

	found = fast_listener_find(list, port, place, prefix->address.addr,
				   false);
	for (i = 0; i < list->count; i++, listener++) {
		if (!fast_prefix_has(prefix, listener->addr))
			continue;
		one = fast_listener_find(list, port, place, listener->addr,
					 true);
		if (one == FAST_LISTENER_PLAIN || !found)
			found = one;
	}
	return found;
}

/* where: "" or " of" an address; for a port that has no listener but this. */
static int found_check(enum fast_listener_found found, uint16_t port,
		       const char *of, const char *where)
{
	static const char leave[] =
		"(--without-listener attaches all the same)";

	if (found == FAST_LISTENER_PLAIN)
		return 0;
	if (found == FAST_LISTENER_NONE)
		return error_set(-ENOTCONN,
				 "nothing listens on port %" PRIu16 "%s%s %s",
				 port, of, where, leave);
	return error_set(
		-ENOTCONN,
		"port %" PRIu16
		"%s%s is one of %s, which the fast path leaves to its listener %s",
		port, of, where,
		found == FAST_LISTENER_PROXY ? "proxy" : "https", leave);
}

static int each_check(const struct fast_listener_list *list, uint16_t port,
		      const struct fast_listener_place *place)
{
	const struct fast_prefix *prefix = place->prefixes->prefix;
	char text[FAST_PREFIX_TEXT];
	int err = 0;
	size_t i;

	for (i = 0; i < place->served->count && !err; i++) {
		const uint8_t *addr = place->served->addr[i];

		fast_address_print(addr, text);
		err = found_check(fast_listener_find(list, port, place, addr,
						     true),
				  port, " of ", text);
	}
	for (i = 0; i < place->prefixes->count && !err; i++, prefix++) {
		fast_prefix_print(prefix, text);
		err = found_check(prefix_find(list, port, place, prefix), port,
				  " of ", text);
	}
	return err;
}

static int some_check(const struct fast_listener_list *list, uint16_t port,
		      const struct fast_listener_place *place)
{
	char where[48 + FAST_ADDRESS_TEXT] = "", text[FAST_ADDRESS_TEXT];
	enum fast_listener_found found = FAST_LISTENER_NONE;
	const struct fast_listener *listener = list->listener;
	size_t i;

	for (i = 0; i < list->count; i++, listener++) {
		if (listener->port != port)
			continue;
		fast_address_print(listener->addr, text);
		if (!fast_listener_hears(listener, place))
			snprintf(where, sizeof(where),
				 " except at %s of another interface", text);
		else if (!fast_listener_serves(listener, place))
			snprintf(where, sizeof(where),
				 " except at %s, which is not served", text);
		else if (fast_listener_kind(listener) == FAST_LISTENER_PLAIN)
			return 0;
		else if (fast_listener_kind(listener) > found)
			found = fast_listener_kind(listener);
	}
	return found_check(found, port, found ? "" : where, "");
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
