/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_QUERY_H
#define FORMAT_HAPROXY_QUERY_H

#include "format_haproxy_set.h"

struct haproxy;

/*
 * What is asked of a query ("query a=b", "urlp(id) 7") is a region without a
 * path, "?a=b" or "?id=7&*", until it meets one with an exact path: a source has
 * a query with such a path alone.
 */

/* Add it; as haproxy_pattern(). */
int haproxy_query(struct haproxy *haproxy, struct haproxy_set *set,
		  const struct haproxy_test *test, const char *pattern,
		  unsigned long at);

/*
 * haproxy_query_meet - what a region has in common with one without a path
 *
 * Returns whether *both is something, -ENOTSUP for a region without an exact
 * path, or -ENOMEM with error_set().
 */
int haproxy_query_meet(struct haproxy *haproxy, struct format_region *both,
		       const struct format_region *region,
		       const struct format_region *query, unsigned long at);

/* Whether a set is of regions without a path; some of both are told of by
 * haproxy_asked(). */
bool haproxy_query_is(const struct haproxy_set *set);

#endif
