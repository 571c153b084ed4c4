/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_QUOTED_H
#define RULE_QUOTED_H

#include <stddef.h>

#include "limit.h"

struct rule_error;

/*
 * The values of keys in double quotes, as files have them: \" and \\ stand for
 * a quote and a backslash, and there is no other escape.
 */

/* Where values with escapes are put. Begins with used 0. A line that is right
 * has them only in its note and its headers. */
struct rule_quoted_room {
	size_t used;
	char text[LIMIT_NOTE + LIMIT_HEADERS * LIMIT_HEADER + 1];
};

/*
 * rule_quoted_read - read a value in quotes
 * @text, @len: the line from the opening quote on
 * @value, @value_len: receive what is between the quotes: of the line, or of
 *         the room
 * @taken: receives how many bytes it has in the line; of a bad one all that
 *         belong to it
 *
 * Returns 0, or -EINVAL with *error filled, its field "line".
 */
int rule_quoted_read(struct rule_quoted_room *room, const char *text,
		     size_t len, const char **value, size_t *value_len,
		     size_t *taken, struct rule_error *error);

/* Bytes of a value that is written, with its NUL. */
#define RULE_QUOTED_SIZE(len) (2 * (len) + sizeof("\"\""))

/* Write a value as a file has it, in quotes only where it must be: with blanks,
 * or a quote at its beginning. Returns the end, which is terminated. */
char *rule_quoted_write(char *dst, const char *value, size_t len);

#endif
