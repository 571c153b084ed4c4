/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_LITERAL_H
#define REGEX_LITERAL_H

#include <stddef.h>

struct format_regex;

/*
 * regex_literal - make the source of "^/a/b\.html$" without taking it apart
 *
 * Lists of many redirects are mostly of such, and the same comes of them.
 * Returns 1; 0 for any other expression; or -ENOMEM with error_set().
 */
int regex_literal(struct format_regex *regex, const char *text, size_t len,
		  unsigned int flags);

#endif
