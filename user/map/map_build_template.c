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

int map_template_make(struct map_template *template, uint32_t *flags,
		      const char *target, size_t len)
{
	const char *end = target + len, *query = memchr(target, '#', len);
	const char *host = target + (len >= 8 ? target[4] == ':' ? 7 : 8 : 0);
	const char *star;

	if (!query)
		query = end;
	star = memchr(target, '*', query - target);
	*template = (struct map_template){0};
	if (star && star == host) {
		template->host = host - target;
		template->host_most =
			host_most(host, host + strcspn(host, "/?#"));
		if (!template->host_most)
			return -EINVAL;
		*flags |= MAP_RULE_TEMPLATE;
		star = memchr(host + 1, '*', query - host - 1);
	}
	template->rest = (star ? star : query) - target;
	template->query = query - target;
	if (star)
		*flags |= MAP_RULE_REMAINDER;
	if (memchr(target, '?', query - target))
		*flags |= MAP_RULE_JOIN;
	if (query < end || (star && star + 1 < end))
		*flags |= MAP_RULE_TEMPLATE;
	return 0;
}

bool map_template_takes(const char *headers, size_t len)
{
	const char *at = headers, *end = headers + len, *line;

	if (len > LIMIT_HEADER_BYTES)
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
