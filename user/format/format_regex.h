/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REGEX_H
#define FORMAT_REGEX_H

#include <stddef.h>

#include "format_regex_way.h"

/*
 * What sources say of a regular expression (PCRE, as nginx, Apache and the
 * others use it): literals, prefixes, alternatives of them, "name/?$",
 * ([0-9]+), ([^/]+), one (.*) at the end. The sources are all ways to match,
 * multiplied out.
 */

/*
 * format_regex_path - the source paths of an expression
 *
 * Ways come in the order in which the expression tries them; one that never
 * comes to its turn is left out. Which of two rules wins where both match is
 * not the order's but the rules'; where that is another one, the way says it.
 * An encoded line end in a path is not thought of. Returns 0; -ENOTSUP with
 * kind and reason for what sources cannot say, for what never matches and for
 * what is no expression; -ENOMEM with error_set().
 */
int format_regex_path(struct format_regex *regex, const char *text, size_t len,
		      unsigned int flags);

/* The same for an expression of hosts, which have no case: "old.example",
 * "*.old.example", "*". Groups stand for literals, and "*" for what a
 * wildcard's '*' does. */
int format_regex_host(struct format_regex *regex, const char *text, size_t len);

#endif
