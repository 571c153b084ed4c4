// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "format_caddy_site.h"

/* Take the scheme off. */
static const char *scheme_read(struct caddy_address *address, const char *word)
{
	if (!strncmp(word, "http://", 7)) {
		address->scheme = RULE_SCHEME_HTTP;
		return word + 7;
	}
	if (!strncmp(word, "https://", 8)) {
		address->scheme = RULE_SCHEME_HTTPS;
		return word + 8;
	}
	return word;
}

/* What a port says of the scheme. */
static void port_read(struct caddy_address *address, const char *port,
		      size_t len)
{
	address->plain = false;
	if (address->scheme)
		return;
	if (len == 3 && !memcmp(port, ":80", 3))
		address->scheme = RULE_SCHEME_HTTP;
	else if (len == 4 && !memcmp(port, ":443", 4))
		address->scheme = RULE_SCHEME_HTTPS;
}

int caddy_address_read(struct caddy_address *address, const char *word)
{
	const char *host, *port;
	size_t len;

	*address = (struct caddy_address){.path = ""};
	host = scheme_read(address, word);
	address->plain = host == word;
	len = strcspn(host, "/,");
	if (host[len] == '/')
		address->path = host + len;
	port = memrchr(host, ':', len);
	if (port && !memchr(port, ']', host + len - port)) {
		port_read(address, port, host + len - port);
		len = port - host;
	}
	if (len >= sizeof(address->host) || memchr(host, '{', len))
		return -ENOTSUP;
	memcpy(address->host, len ? host : "*", len ? len : 1);
	address->host[len ? len : 1] = '\0';
	address->plain &= len != 0;
	/* a '*' is one label, at the begin */
	return strchr(address->host + 1, '*') ? -ENOTSUP : 0;
}
