// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "limit.h"
#include "map.h"
#include "map_build_template.h"

/* Bytes that the '*' of a host may stand for; 0: there is no room for any. */
static size_t host_most(const char *host, const char *end)
{
	const char *port = memchr(host, ':', end - host);
	size_t name;

	if (port)
		end = port;
	if (end[-1] == '.')
		end--;
	name = end - host - 1;
	return name < LIMIT_HOST ? LIMIT_HOST - name : 0;
}

int map_template_make(struct map_template *template, uint16_t *flags,
		      const char *target, size_t len)
{
	const char *end = target + len, *host = memmem(target, len, "://", 3);
	const char *path, *query, *star;

	host = host ? host + 3 : target;
	path = host + strcspn(host, "/?#");
	query = memchr(path, '#', end - path);
	if (!query)
		query = end;
	star = memchr(path, '*', query - path);
	*template = (struct map_template){
		.rest = (star ? star : query) - target,
		.query = query - target,
	};
	if (star)
		*flags |= MAP_RULE_REMAINDER;
	if (memchr(path, '?', query - path))
		*flags |= MAP_RULE_JOIN;
	if (query < end || (star && star + 1 < end))
		*flags |= MAP_RULE_TEMPLATE;
	if (*host != '*')
		return 0;
	template->host = host - target;
	template->host_most = host_most(host, path);
	*flags |= MAP_RULE_TEMPLATE;
	return template->host_most ? 0 : -EINVAL;
}

bool map_template_takes(const char *headers, size_t len)
{
	const char *at = headers, *end = headers + len, *line;

	if (len > LIMIT_HEADERS)
		return false;
	for (; at < end; at = line + 2) {
		line = memmem(at, end - at, "\r\n", 2);
		if (!line || !memchr(at, ':', line - at))
			return false;
		for (; at < line; at++)
			if (((unsigned char)*at < 0x20 && *at != '\t') ||
			    *at == 0x7f)
				return false;
	}
	return true;
}
