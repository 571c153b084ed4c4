/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_TEXT_H
#define RULE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct rule_error;

/* Whether a character parts the fields of a line, and is cut off around them. */
static inline bool rule_text_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Characters that a field of a rule may not have. Both return 0, or -EINVAL
 * with *error filled; its field is the one that they are told. */

/* Refuse what neither source nor target may hold: blanks, control bytes, bad
 * UTF-8, characters that nobody sees. */
int rule_text_check(const char *field, const char *text, size_t len,
		    struct rule_error *error);

/* Refuse characters that nobody sees (unseen.h). */
int rule_text_check_seen(const char *field, const char *text, size_t len,
			 struct rule_error *error);

#endif
