// SPDX-License-Identifier: BSD-2-Clause
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "fallback_set.h"
#include "listen.h"
#include "listen_reaches.h"

/* An address as connect() takes it: one that is in two families is IPv4, the
 * one of any interface is this host. */
static void set_add(struct fallback_set *set, const struct sockaddr *from,
		    socklen_t len)
{
	union fallback_address *to = &set->address[set->count++];
	struct in6_addr mapped;
	in_port_t port;

	memset(to, 0, sizeof(*to));
	memcpy(to, from, len < sizeof(*to) ? len : sizeof(*to));
	if (from->sa_family == AF_INET6) {
		mapped = to->v6.sin6_addr;
		port = to->v6.sin6_port;
		if (IN6_IS_ADDR_UNSPECIFIED(&mapped))
			to->v6.sin6_addr = in6addr_loopback;
		if (!IN6_IS_ADDR_V4MAPPED(&mapped))
			return;
		memset(to, 0, sizeof(*to));
		to->v4.sin_family = AF_INET;
		to->v4.sin_port = port;
		memcpy(&to->v4.sin_addr, mapped.s6_addr + 12, 4);
	}
	if (to->v4.sin_addr.s_addr == htonl(INADDR_ANY))
		to->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

int fallback_lookup(struct fallback_set *set, const char *host,
		    const char *port, bool numeric)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *info, *i;
	int err;

	if (numeric)
		hints.ai_flags = AI_NUMERICHOST;
	err = getaddrinfo(host, port, &hints, &info);
	if (err)
		return err;
	set->count = 0;
	for (i = info; i && set->count < FALLBACK_MAX; i = i->ai_next)
		if (i->ai_family == AF_INET || i->ai_family == AF_INET6)
			set_add(set, i->ai_addr, i->ai_addrlen);
	freeaddrinfo(info);
	return set->count ? 0 : EAI_NONAME;
}

/* The bytes beside an address are zero. */
static bool set_has(const struct fallback_set *set,
		    const union fallback_address *address)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (!memcmp(&set->address[i], address, sizeof(*address)))
			return true;
	return false;
}

bool fallback_shares(const struct fallback_set *a, const struct fallback_set *b)
{
	size_t i;

	for (i = 0; i < a->count; i++)
		if (set_has(b, &a->address[i]))
			return true;
	return false;
}

size_t fallback_filter(struct fallback_set *set, const struct listen_set *own,
		       union fallback_address *found)
{
	size_t i, kept = 0, taken = 0;

	for (i = 0; i < set->count; i++) {
		if (!listen_reaches(own, &set->address[i].any))
			set->address[kept++] = set->address[i];
		else if (!taken++)
			*found = set->address[i];
	}
	set->count = kept;
	return taken;
}

void fallback_text(char *text, size_t size, const struct fallback_set *set)
{
	size_t used = 0, i;

	*text = '\0';
	for (i = 0; i < set->count; i++) {
		const union fallback_address *address = &set->address[i];
		struct listen_address one = {.len = fallback_len(address)};
		char buffer[LISTEN_TEXT];
		int n;

		memcpy(&one.addr, address, one.len);
		listen_text(buffer, &one);
		n = snprintf(text + used, size - used, "%s%s", i ? ", " : "",
			     buffer);
		if (n < 0 || (size_t)n >= size - used) {
			snprintf(text + used, size - used, " ...");
			return;
		}
		used += n;
	}
}
