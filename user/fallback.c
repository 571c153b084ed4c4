// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fallback.h"
#include "host.h"

static int fallback_lookup(struct fallback *fallback, const char *host,
			   const char *port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *info, *i;
	int err = getaddrinfo(host, port, &hints, &info);

	if (err)
		return error_set(-EHOSTUNREACH, "cannot resolve '%s': %s", host,
				 gai_strerror(err));
	fallback->count = 0;
	for (i = info; i && fallback->count < FALLBACK_MAX; i = i->ai_next) {
		memcpy(&fallback->addr[fallback->count], i->ai_addr,
		       i->ai_addrlen);
		fallback->len[fallback->count++] = i->ai_addrlen;
	}
	freeaddrinfo(info);
	return 0;
}

int fallback_resolve(struct fallback *fallback, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : 0;
	char *host;
	int err;

	if (len > 2 && *text == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	} else if (!len || memchr(text, ':', len)) {
		return error_set(-EINVAL, "'%s' is not HOST:PORT", text);
	}
	if (host_port(colon + 1, strlen(colon + 1)) < 1)
		return error_set(-EINVAL, "'%s' has no port", text);
	host = strndup(text, len);
	if (!host)
		return error_sys(-ENOMEM, "cannot resolve '%s'", text);
	err = fallback_lookup(fallback, host, colon + 1);
	free(host);
	return err;
}
