/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_PATTERN_H
#define FORMAT_HAPROXY_PATTERN_H

#include "format_haproxy_set.h"

struct haproxy;

/*
 * haproxy_pattern - add the requests of which a sample matches a pattern
 * @at: the line it stands on, for what rules answer otherwise
 *
 * The sample is what the expression has before it is looked up in a map. A
 * pattern that matches nothing adds nothing. Returns 0, or -ENOMEM with
 * error_set(); set->why where it cannot be said.
 */
int haproxy_pattern(struct haproxy *haproxy, struct haproxy_set *set,
		    const struct haproxy_test *test, const char *pattern,
		    unsigned long at);

#endif
