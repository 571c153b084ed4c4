/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_MATCH_H
#define REGEX_MATCH_H

#include <stdbool.h>
#include <stddef.h>

enum { REGEX_MATCH_GROUPS = 10 };

/* Where groups are in a text that matched; all -1: it takes no part. */
struct regex_match {
	int from[REGEX_MATCH_GROUPS], to[REGEX_MATCH_GROUPS];
};

/*
 * regex_match - match one short text, such as a host, with an expression
 * @fold: without ASCII case
 *
 * Returns 1 with *match filled, 0, -ENOTSUP with *reason for an expression that
 * cannot be read or that takes too long, or -ENOMEM with error_set().
 */
int regex_match(struct regex_match *match, const char *expression,
		const char *text, bool fold, const char **reason);

#endif
