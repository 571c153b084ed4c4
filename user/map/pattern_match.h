/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_MATCH_H
#define PATTERN_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limit.h"
#include "pattern_segment.h"

struct pattern_match {
	uint16_t remainder; /* where it begins: what the final '*' stood for */
	uint16_t captures;
	struct pattern_span capture[LIMIT_CAPTURES];
};

/*
 * pattern_match - match a request's path with a pattern
 * @pattern: compiled (rule_pattern_form.h) with the same ignore_case; sound
 *           (pattern_check.h)
 * @path:    in the normal form of requests, at most LIMIT_PATH bytes
 *
 * {name} is one or more bytes of a segment, {name:digits} one or more decimal
 * digits; the first takes as much as it can, then the second, and so on. An
 * escape is one byte that nothing divides. A pattern that ends in "/" and the
 * final '*' also matches without that slash, with an empty remainder.
 *
 * True with *match filled; else what is in it does not matter. Without an
 * allocation, 32 KiB of stack. Its steps are linear in both lengths; between
 * two slashes with {name:digits} that others than digits follow, once more for
 * each of those, of which there are at most LIMIT_DIGITS. For any path, also
 * one that is not in normal form, it ends and keeps to the bytes that it is
 * given.
 */
bool pattern_match(struct pattern_match *match, const uint8_t *pattern,
		   size_t pattern_len, const char *path, size_t path_len,
		   bool ignore_case);

#endif
