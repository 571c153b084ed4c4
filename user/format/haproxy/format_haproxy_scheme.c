// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_haproxy_model.h"
#include "format_haproxy_scheme.h"
#include "format_read.h"

static int scheme_add(struct haproxy *haproxy, struct haproxy_set *set,
		      unsigned int schemes)
{
	struct format_region region = format_region_all;

	region.schemes = schemes;
	return haproxy_set_add(haproxy, set, &region);
}

static int tls_add(struct haproxy *haproxy, struct haproxy_set *set,
		   const struct haproxy_expr *expr, bool tls)
{
	return scheme_add(haproxy, set,
			  tls != expr->negated ? FORMAT_REGION_TLS
					       : FORMAT_REGION_HTTP);
}

/* A boolean is asked for itself, whatever the patterns are, but where it is made
 * a number or a text ("-m int 0"). */
static int tls_take(struct haproxy *haproxy, struct haproxy_set *set,
		    const struct haproxy_test *test, bool flagged,
		    char **pattern, size_t count)
{
	int err = 0;
	size_t i;

	if (flagged && test->match == HAPROXY_FOUND)
		return scheme_add(haproxy, set, FORMAT_REGION_BOTH);
	if (!flagged || test->match == HAPROXY_BOOL)
		return tls_add(haproxy, set, test->expr, true);
	for (i = 0; !err && i < count; i++)
		if (!strcmp(pattern[i], "0") || !strcmp(pattern[i], "1"))
			err = tls_add(haproxy, set, test->expr,
				      *pattern[i] == '1');
		else if (strcmp(pattern[i], "eq") != 0)
			set->why = "rules do not know of it";
	return err;
}

static int port_take(struct haproxy *haproxy, struct haproxy_set *set,
		     const char *pattern, unsigned long at)
{
	unsigned int schemes = 0;

	if (!strcmp(pattern, "80"))
		schemes = FORMAT_REGION_HTTP;
	if (!strcmp(pattern, "443"))
		schemes = FORMAT_REGION_TLS;
	if (!schemes) {
		set->why = "rules know of no ports";
		return 0;
	}
	format_differs(haproxy->read, at, "port", "port %s is taken for %s",
		       pattern,
		       schemes == FORMAT_REGION_HTTP ? "http" : "https");
	return scheme_add(haproxy, set, schemes);
}

int haproxy_scheme(struct haproxy *haproxy, struct haproxy_set *set,
		   const struct haproxy_test *test, bool flagged,
		   char **pattern, size_t count, unsigned long at)
{
	int err = 0;
	size_t i;

	if (test->expr->fetch == HAPROXY_TLS)
		return tls_take(haproxy, set, test, flagged, pattern, count);
	if (!count)
		set->why = "rules know of no ports";
	for (i = 0; !err && i < count; i++)
		if (strcmp(pattern[i], "eq") != 0)
			err = port_take(haproxy, set, pattern[i], at);
	return err;
}
