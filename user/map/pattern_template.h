/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PATTERN_TEMPLATE_H
#define PATTERN_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pattern_match;

/*
 * pattern_template_check - whether a template from a file is sound
 * @captures: how many the pattern of its rule has
 *
 * True when it holds nothing but bytes that a URI may have and marks
 * (rule_template.h), no capture that there is not, and neither one of them nor
 * the remainder twice.
 */
bool pattern_template_check(const uint8_t *text, size_t len, uint32_t captures);

/*
 * pattern_template_fill - put a match's captures and remainder into a template
 * @dst:  len + path_len bytes of room; not terminated
 * @text: sound
 * @path: what the match is of
 *
 * Returns the length, at most len + path_len.
 */
size_t pattern_template_fill(char *dst, const uint8_t *text, size_t len,
			     const char *path, size_t path_len,
			     const struct pattern_match *match);

#endif
