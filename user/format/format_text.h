/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_TEXT_H
#define FORMAT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "limit.h"

/*
 * A SOURCE or TARGET that is put together of pieces, so that what other systems
 * take literally stands for itself in a rule. What does not fit is dropped and
 * noted: a rule that long is refused anyway.
 */
struct format_text {
	size_t len;
	bool full;		   /* something was dropped */
	char text[LIMIT_LINE + 1]; /* with a NUL behind it */
};

/* Begin with nothing. */
void format_text_begin(struct format_text *to);

/* Add as it is: what rules' own syntax is made of ("*", "{id:digits}"). */
void format_text_raw(struct format_text *to, const char *text, size_t len);

/* Add a piece of a path or query that is as it is in a URL: escapes stay, and
 * '*', '{', '}' and '#' are escaped. */
void format_text_url(struct format_text *to, const char *text, size_t len);

/* Add a piece of a path as it is after decoding (nginx's $uri, what Apache
 * matches): '%', '?', blanks and control bytes are escaped, too. */
void format_text_decoded(struct format_text *to, const char *text, size_t len);

/* Add a piece of a target that is as it is in a URL: '*', '{' and '}' are
 * escaped. */
void format_text_target(struct format_text *to, const char *text, size_t len);

#endif
