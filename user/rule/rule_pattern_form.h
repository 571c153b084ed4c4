/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULE_PATTERN_FORM_H
#define RULE_PATTERN_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The other forms of a pattern in normal form (rule_pattern.h). With
 * ignore_case both are in lower case.
 *
 * Canonical: with "{}" and "{:digits}" for the captures. Two patterns are the
 * same when it is. In its byte order they are sorted, without the final '*'.
 *
 * Compiled: what requests are compared with. Bytes below 0x20 are marks, all
 * others literal, with '*' for "%2A". It begins with '/'; no two captures are
 * side by side; the final '*' is PATTERN_REST.
 */
enum pattern_mark {
	PATTERN_BYTES = 1,  /* {name} */
	PATTERN_DIGITS = 2, /* {name:digits} */
	PATTERN_REST = 3,
};

/* Whether a byte of a compiled form is a capture's mark. */
static inline bool pattern_is_capture(uint8_t c)
{
	return c == PATTERN_BYTES || c == PATTERN_DIGITS;
}

/* Write the canonical form, which is not longer. dst may be text. Returns its
 * length. */
size_t rule_pattern_canonical(char *dst, const char *text, size_t len,
			      bool ignore_case);

/* Write the compiled form, which is not longer. Returns its length. */
size_t rule_pattern_compile(uint8_t *dst, const char *text, size_t len,
			    bool ignore_case);

#endif
