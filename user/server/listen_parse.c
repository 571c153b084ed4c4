// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "error.h"
#include "host.h"
#include "listen.h"
#include "listen_parse.h"

static int listen_clash(const struct listen_address *address)
{
	struct listen_address plain = *address;
	char text[LISTEN_TEXT];

	plain.https = false;
	listen_text(text, &plain);
	return error_set(-EINVAL, "'%s' is given with https and without", text);
}

static int listen_add(struct listen_set *set, const char *host, int port,
		      const struct listen_address *how)
{
	struct addrinfo *info, hints = {
				       .ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
			       };
	struct listen_address *address = &set->address[set->count];

	if (set->count == LISTEN_MAX)
		return error_set(-EINVAL, "more than %d addresses", LISTEN_MAX);
	if (getaddrinfo(host, NULL, &hints, &info))
		return error_set(-EINVAL, "'%s' is no IP address", host);
	*address = *how;
	memcpy(&address->addr, info->ai_addr, info->ai_addrlen);
	address->len = info->ai_addrlen;
	freeaddrinfo(info);
	*listen_port(address) = htons(port);
	if (listen_clashes(set, address))
		return listen_clash(address);
	set->count++;
	return 0;
}

/* What stands behind the address, from its first comma on. */
static int listen_scheme(const char *text, const char *at, bool *https)
{
	size_t len;

	for (; *at; at += len) {
		len = strcspn(++at, ",");
		if (!len)
			return error_set(-EINVAL,
					 "'%s': nothing stands behind a comma",
					 text);
		if (len != 5 || memcmp(at, "https", len))
			return error_set(
				-EINVAL,
				"'%s': '%.*s' is not https, which alone may follow",
				text, (int)len, at);
		if (*https)
			return error_set(-EINVAL, "'%s': https is there twice",
					 text);
		*https = true;
	}
	return 0;
}

int listen_parse(struct listen_set *set, const char *text)
{
	struct listen_address how = {.len = 0};
	size_t end = strcspn(text, ","), len;
	const char *colon = memrchr(text, ':', end);
	char host[64];
	int port;

	len = colon ? (size_t)(colon - text) : 0;
	port = colon ? host_port(colon + 1, text + end - colon - 1) : -EINVAL;
	if (port < 0)
		return error_set(-EINVAL, "'%s' is not ADDR:PORT", text);
	if (listen_scheme(text, text + end, &how.https))
		return -EINVAL;
	if (!len || (len == 1 && *text == '*')) {
		how.optional = 1;
		if (listen_add(set, "0.0.0.0", port, &how))
			return -EINVAL;
		return listen_add(set, "::", port, &how);
	}
	if (len > 2 && *text == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	} else if (memchr(text, ':', len)) {
		return error_set(-EINVAL, "'%s': write [IPv6]:PORT", text);
	}
	if (len >= sizeof(host))
		return error_set(-EINVAL, "'%s' is not ADDR:PORT", text);
	memcpy(host, text, len);
	host[len] = '\0';
	return listen_add(set, host, port, &how);
}
