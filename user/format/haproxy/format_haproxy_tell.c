// SPDX-License-Identifier: BSD-2-Clause
#include "format_haproxy_model.h"
#include "format_haproxy_tell.h"
#include "format_read.h"

static const struct {
	const char *kind, *text;
} told[] = {
	[HAPROXY_TOLD_PORT] =
		{"port",
		 "HAProxy compares hosts with the port that was sent, and a final dot; rules take them without, and put none into a target"},
	[HAPROXY_TOLD_FORM] =
		{"normal form",
		 "HAProxy compares and sends paths and queries as they came; rules after decoding %7E and the like and removing dot segments"},
	[HAPROXY_TOLD_HOST_CASE] =
		{"host",
		 "HAProxy compares hosts with case here (no -i, no lower); rules do not"},
	[HAPROXY_TOLD_QUERY] =
		{"query",
		 "HAProxy compares path and query here; a rule with a path alone takes it with any query"},
	[HAPROXY_TOLD_SLASH] =
		{"slash",
		 "a prefix that ends in '/' takes the path without it, too, where HAProxy has nothing for that"},
	[HAPROXY_TOLD_MARK] =
		{"query",
		 "HAProxy puts the '?' there without a query, too, or asks for one first"},
	[HAPROXY_TOLD_ESCAPE] =
		{"escape",
		 "targets are sent percent-encoded where a URL has to be, HAProxy sends them as they are"},
	[HAPROXY_TOLD_RELATIVE] =
		{"relative",
		 "HAProxy sends a Location without scheme and host; the rules put in those of the request"},
	[HAPROXY_TOLD_ORDER] =
		{"order",
		 "the first line that matches counts in HAProxy; where this one and others take the same requests a rule may have them that comes later there"},
	[HAPROXY_TOLD_LISTENER] =
		{"listener",
		 "several frontends listen for the same scheme: rules are for all addresses and ports, first those of the first one"},
	[HAPROXY_TOLD_EMPTY] =
		{"map",
		 "what is not in the map gets an empty Location from HAProxy, as there is no ignore-empty; here it is not redirected"},
	[HAPROXY_TOLD_HOST_PUT] =
		{"host",
		 "HAProxy puts the host into targets as it was sent; the rules in lower case"},
	[HAPROXY_TOLD_PAIRS] =
		{"query",
		 "HAProxy takes ';' between the pairs of a query, too; rules '&' alone"},
	[HAPROXY_TOLD_PAIRS_CASE] =
		{"case",
		 "path and query are compared with case and without; the rules do both without"},
	[HAPROXY_TOLD_PAIRS_PUT] =
		{"query",
		 "HAProxy puts the query in as it was sent; the rules the pairs that they ask for first"},
	[HAPROXY_TOLD_PATH_CASE] =
		{"case",
		 "HAProxy puts the path in as it was sent; the rules as they have it"},
};

void haproxy_tell(struct haproxy *haproxy, enum haproxy_told what,
		  unsigned long at)
{
	if (haproxy->told & 1U << what)
		return;
	haproxy->told |= 1U << what;
	format_differs(haproxy->read, at, told[what].kind, "%s",
		       told[what].text);
}
