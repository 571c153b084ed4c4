// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "error.h"
#include "host.h"
#include "listen.h"
#include "listen_parse.h"
#include "listen_property.h"

static const char path_scheme[] = "unix:";

static int listen_clash(const struct listen_address *address, const char *with)
{
	struct listen_address plain = *address;
	char text[LISTEN_TEXT];

	plain.https = plain.proxy = false;
	listen_text(text, &plain);
	return error_set(-EINVAL, "'%s' is given with %s and without", text,
			 with);
}

/* Count one in, whose room is taken already. */
static int listen_count(struct listen_set *set)
{
	const struct listen_address *address = &set->address[set->count];
	const char *with = listen_clashes(set, address);

	if (with)
		return listen_clash(address, with);
	set->count++;
	return 0;
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
	return listen_count(set);
}

static int property_unknown(const struct listen_address *how, const char *text,
			    const char *word, size_t len)
{
	if (listen_is_path(how))
		return error_set(
			-EINVAL,
			"'%s': '%.*s' is not https, proxy, mode=, user= or group=",
			text, (int)len, word);
	if (how->proxy || *word == 'p')
		return error_set(-EINVAL, "'%s': '%.*s' is not https or proxy",
				 text, (int)len, word);
	return error_set(-EINVAL,
			 "'%s': '%.*s' is not https, which alone may follow",
			 text, (int)len, word);
}

/* What stands behind the address, from its first comma on. */
static int properties_read(struct listen_address *how, const char *text,
			   const char *at)
{
	size_t len;
	int err;

	for (; *at; at += len) {
		len = strcspn(++at, ",");
		if (!len)
			return error_set(-EINVAL,
					 "'%s': nothing stands behind a comma",
					 text);
		err = listen_property(how, at, len);
		if (err == -ENOENT)
			return property_unknown(how, text, at, len);
		if (err == -EEXIST)
			return error_set(-EINVAL, "'%s': %.*s is there twice",
					 text, (int)len, at);
		if (err)
			return err;
	}
	return 0;
}

/* Whether a path can be told in a list of addresses, and is one wherever the
 * server is. */
static bool path_valid(const char *path, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)path[i] <= ' ' || path[i] == 0x7f)
			return false;
	return len && *path == '/';
}

static int path_parse(struct listen_set *set, const char *text)
{
	const char *path = text + sizeof(path_scheme) - 1;
	struct listen_address *address = &set->address[set->count];
	size_t len = strcspn(path, ",");
	struct sockaddr_un *local = (void *)&address->addr;

	if (set->count == LISTEN_MAX)
		return error_set(-EINVAL, "more than %d addresses", LISTEN_MAX);
	if (!path_valid(path, len))
		return error_set(-EINVAL,
				 "'%s' has no absolute path without blanks",
				 text);
	if (len >= sizeof(local->sun_path))
		return error_set(
			-EINVAL,
			"'%s': a path of more than %zu bytes is too long", text,
			sizeof(local->sun_path) - 1);
	listen_property_none(address);
	local->sun_family = AF_UNIX;
	memcpy(local->sun_path, path, len);
	address->len = offsetof(struct sockaddr_un, sun_path) + len + 1;
	if (properties_read(address, text, path + len))
		return -EINVAL;
	return listen_count(set);
}

int listen_parse(struct listen_set *set, const char *text)
{
	struct listen_address how;
	size_t end = strcspn(text, ","), len;
	const char *colon = memrchr(text, ':', end);
	char host[64];
	int port;

	if (!strncmp(text, path_scheme, sizeof(path_scheme) - 1))
		return path_parse(set, text);
	len = colon ? (size_t)(colon - text) : 0;
	port = colon ? host_port(colon + 1, text + end - colon - 1) : -EINVAL;
	if (port < 0)
		return error_set(-EINVAL, "'%s' is not ADDR:PORT", text);
	listen_property_none(&how);
	if (properties_read(&how, text, text + end))
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
