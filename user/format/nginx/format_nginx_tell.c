// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "format_nginx_tell.h"
#include "format_read.h"

static const struct {
	const char *kind, *text;
} told_texts[] = {
	[NGINX_TOLD_SLASH] =
		{"slash",
		 "nginx compares paths with '//' merged into '/': rules do not"},
	[NGINX_TOLD_DECODED] =
		{"escape",
		 "nginx compares paths decoded, '%2F' as '/' and '%25' as '%': rules do not"},
	[NGINX_TOLD_QUERY] =
		{"query",
		 "the key has the query: nginx takes these paths without one only, rules with any"},
	[NGINX_TOLD_EMPTY] =
		{"empty query",
		 "a '?' with nothing behind it is kept by rules, dropped by nginx"},
	[NGINX_TOLD_RELATIVE] =
		{"relative",
		 "a target without a host: rules send the request's scheme and host without a port"},
	[NGINX_TOLD_URI] =
		{"escape",
		 "nginx sends what varies decoded, rules in normal form"},
	[NGINX_TOLD_KEPT] =
		{"query",
		 "the query is put behind the target with '?', or '&' where there is one, and no '?' without a query"},
	[NGINX_TOLD_PORT] =
		{"port",
		 "rules do not look at ports: all of nginx's of a scheme are taken together"},
	[NGINX_TOLD_RAW] =
		{"normal form",
		 "nginx compares or sends paths and queries as they were sent, and refuses '/..' above the root; rules have them in normal form"},
	[NGINX_TOLD_METHOD] = {"method",
			       "nginx looks at the method: rules do not"},
	[NGINX_TOLD_BYTES] =
		{"escape",
		 "nginx sends blanks and bytes outside ASCII of a target as they are: rules escape them"},
	[NGINX_TOLD_LOCATION] =
		{"case",
		 "what is compared without case is looked for within a location, whose path rules compare so, too"},
	[NGINX_TOLD_DEFAULT] =
		{"default server",
		 "nginx takes the first server for hosts that none names; rules do where it has no names, or \"listen ... default_server\""},
	[NGINX_TOLD_CASE] =
		{"case",
		 "where a path without case is sent on, rules send the letters of the map or expression"},
	[NGINX_TOLD_PAIRS] =
		{"query",
		 "where one parameter is asked for, rules send it before the others"},
	[NGINX_TOLD_QUERY_CASE] =
		{"case",
		 "nginx compares the query without case: rules as it is written"},
	[NGINX_TOLD_HTTP_HOST] =
		{"host",
		 "nginx sends the host as it was sent, with capitals, port and final dot: rules in normal form"},
	[NGINX_TOLD_ORDER] =
		{"overlap",
		 "the first expression that matches counts in nginx: where this one and others take the same paths a rule may have them that comes later there"},
	[NGINX_TOLD_KEY] =
		{"query",
		 "the map does not say whether the query is kept: rules keep it, as \"return CODE $x$is_args$args\" does; query=drop is as \"return CODE $x\""},
};

void nginx_tell(struct nginx *nginx, enum nginx_told told, unsigned long at)
{
	if (nginx->told & 1U << told)
		return;
	nginx->told |= 1U << told;
	format_differs(nginx->read, at, told_texts[told].kind, "%s",
		       told_texts[told].text);
}

void nginx_cannot(struct nginx *nginx, struct nginx_node *node,
		  const char *kind, const char *why)
{
	const char *more = node->count > 1 ? node->word[1] : "";
	const char *most = node->count > 2 ? node->word[2] : "";

	if (!node->told)
		format_cannot(nginx->read, node->at, kind, "%s%s%s%s%s%s: %s",
			      node->word[0], *more ? " " : "", more,
			      *most ? " " : "", most,
			      node->count > 3 ? " ..." : "", why);
	node->told = true;
}

void nginx_unlike(struct nginx *nginx, const char *regex, unsigned int unlike,
		  unsigned long at)
{
	const char *text;

	while ((text = format_regex_unlike(&unlike)))
		format_differs(nginx->read, at, "regex", "%s: %s", regex, text);
}

void *nginx_take(struct nginx *nginx, size_t size)
{
	void *bytes = format_pool_take(&nginx->pool, size);

	if (!bytes)
		nginx->err = -ENOMEM;
	return bytes;
}

const char *nginx_text(struct nginx *nginx, const char *text, size_t len)
{
	const char *copy = format_pool_text(&nginx->pool, text, len);

	if (!copy)
		nginx->err = -ENOMEM;
	return copy;
}

struct nginx_groups *nginx_groups_make(struct nginx *nginx, unsigned int count)
{
	struct nginx_groups *groups = nginx_take(
		nginx, sizeof(*groups) + count * sizeof(*groups->group));

	if (groups)
		groups->count = count;
	return groups;
}
