// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "pattern_match.h"
#include "rule_template.h"
#include "pattern_template.h"

enum { CAPTURE_SIZE = 3 /* bytes of one in a template */ };

static unsigned int capture_number(const uint8_t *mark)
{
	return mark[1] | mark[2] << 8;
}

static bool is_literal(uint8_t c)
{
	return c > 0x20 && c < 0x7f && !strchr("\"<>\\^`{|}", c);
}

/* The length of the item at the text's start, 0 when it is none; a mark's place
 * in seen. */
static size_t check_item(const uint8_t *text, size_t len, uint32_t captures,
			 uint8_t *seen)
{
	uint32_t number = LIMIT_CAPTURES;
	size_t taken = 1;

	if (is_literal(text[0]))
		return 1;
	if (text[0] == TEMPLATE_CAPTURE) {
		taken = CAPTURE_SIZE;
		if (len < taken)
			return 0;
		number = capture_number(text);
		if (number >= captures || number >= LIMIT_CAPTURES)
			return 0;
	} else if (text[0] != TEMPLATE_REST) {
		return 0;
	}
	if (seen[number / 8] >> number % 8 & 1)
		return 0;
	seen[number / 8] |= 1 << number % 8;
	return taken;
}

bool pattern_template_check(const uint8_t *text, size_t len, uint32_t captures)
{
	uint8_t seen[LIMIT_CAPTURES / 8 + 1] = {0};
	size_t i, taken;

	for (i = 0; i < len; i += taken) {
		taken = check_item(text + i, len - i, captures, seen);
		if (!taken)
			return false;
	}
	return true;
}

size_t pattern_template_fill(char *dst, const uint8_t *text, size_t len,
			     const char *path, size_t path_len,
			     const struct pattern_match *match)
{
	struct pattern_span span;
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (text[i] == TEMPLATE_CAPTURE) {
			span = match->capture[capture_number(text + i)];
			i += CAPTURE_SIZE - 1;
		} else if (text[i] == TEMPLATE_REST) {
			span.at = match->remainder;
			span.end = path_len;
		} else {
			dst[n++] = text[i];
			continue;
		}
		memcpy(dst + n, path + span.at, span.end - span.at);
		n += span.end - span.at;
	}
	return n;
}
