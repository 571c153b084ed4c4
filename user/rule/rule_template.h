/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_TEMPLATE_H
#define RULE_TEMPLATE_H

#include <stddef.h>
#include <stdint.h>

struct rule_error;

/*
 * Captures of a source's pattern in a target's path and query, as "{name}".
 *
 * What a target may hold otherwise is read by others, piece by piece between
 * the captures that rule_capture_next() finds. Its template is what a request's
 * Location is made from: literal bytes, with marks below 0x20.
 */
enum template_mark {
	TEMPLATE_CAPTURE = 1, /* and two bytes: its number, the low one first */
	TEMPLATE_REST = 2,    /* the remainder */
};

/*
 * rule_template_check - whether the captures in a text are the source's
 * @text:    path and query of a target, as written or in normal form
 * @pattern: the source's path in normal form (rule_pattern.h), or any other
 *
 * Returns how many there are; -EINVAL with *error filled for a name that the
 * pattern has not, one that stands there twice, and any other brace.
 */
int rule_template_check(const char *text, size_t len, const char *pattern,
			size_t pattern_len, struct rule_error *error);

/*
 * rule_template_compile - make the template of a text that has been checked
 * @dst:  len bytes of room
 * @text: a '*' in it is the remainder
 *
 * Returns its length.
 */
size_t rule_template_compile(uint8_t *dst, const char *text, size_t len,
			     const char *pattern, size_t pattern_len);

#endif
