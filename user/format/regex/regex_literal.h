/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGEX_LITERAL_H
#define REGEX_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

struct format_regex;

enum { REGEX_LITERAL_ROOM = 512 };

/*
 * regex_literal_path - the path that "^/a/b\.html$" is
 * @path:      REGEX_LITERAL_ROOM bytes, with a NUL
 * @directory: it is without the path's first '/'
 *
 * Returns its length, or 0 for any other expression.
 */
size_t regex_literal_path(char *path, const char *text, size_t len,
			  bool directory);

/*
 * regex_literal - make the source of "^/a/b\.html$" without taking it apart
 *
 * Lists of many redirects are mostly of such, and the same comes of them.
 * Returns 1; 0 for any other expression; or -ENOMEM with error_set().
 */
int regex_literal(struct format_regex *regex, const char *text, size_t len,
		  unsigned int flags);

#endif
