/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_CAPTURE_H
#define RULE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

struct rule_error;

/* "{name}" and "{name:digits}" in a source's path, "{name}" in a target. A name
 * is letters of ASCII, digits and '_'. */
struct rule_capture {
	const char *name;
	size_t name_len;
	size_t at, end; /* of its '{', and behind its '}', in the text */
	bool digits;
};

/*
 * rule_capture_next - find the first capture of a text
 * @from: where to begin
 *
 * Returns 1 with *capture filled; 0 when no brace follows; -EINVAL when the
 * first that follows belongs to no capture.
 */
int rule_capture_next(struct rule_capture *capture, const char *text,
		      size_t len, size_t from);

/* Why rule_capture_next() refused a text: fills *error; -EINVAL. */
int rule_capture_fail(struct rule_error *error, const char *field,
		      const char *text, size_t len, size_t from);

/*
 * rule_capture_find - find a capture by its name
 * @pattern: the path of a source in normal form (rule_pattern.h)
 *
 * Returns its number among the pattern's captures, from 0, or -ENOENT.
 */
int rule_capture_find(const char *pattern, size_t len, const char *name,
		      size_t name_len);

#endif
