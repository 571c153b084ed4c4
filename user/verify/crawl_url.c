// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "crawl_url.h"
#include "rule.h"
#include "rule_code.h"

/* Where the host of a URL ends. */
static size_t origin_length(const char *url)
{
	const char *host = strstr(url, "://") + 3;

	return host - url + strcspn(host, "/?#");
}

bool crawl_url(char *dst, const struct rule *rule)
{
	const char *target = rule->target;
	size_t len, origin;

	if (!rule_code(rule->code)->target || strchr(target, '{'))
		return false;
	origin = origin_length(target);
	if (memchr(target, '*', origin))
		return false;
	dst = mempcpy(dst, target, origin);
	if (target[origin] != '/')
		*dst++ = '/';
	len = strcspn(target + origin, "#");
	if (len && target[origin + len - 1] == '*')
		len--;
	*(char *)mempcpy(dst, target + origin, len) = '\0';
	return true;
}

void crawl_url_split(char *origin, char *target, const char *url)
{
	size_t len = origin_length(url);

	*(char *)mempcpy(origin, url, len) = '\0';
	strcpy(target, url + len);
}
