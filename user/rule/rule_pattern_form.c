// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "fold.h"
#include "rule_capture.h"
#include "rule_pattern_form.h"

size_t rule_pattern_canonical(char *dst, const char *text, size_t len,
			      bool ignore_case)
{
	size_t i = 0, n = 0;

	while (i < len) {
		char c = text[i++];

		dst[n++] = fold_byte(c, ignore_case);
		while (c == '{' && i < len && text[i] != ':' && text[i] != '}')
			i++;
	}
	return n;
}

/* Literal bytes up to the next capture. */
static size_t compile_literal(uint8_t *dst, const char *text, size_t len,
			      bool ignore_case)
{
	size_t i = 0, n = 0;

	while (i < len) {
		if (len - i >= 3 && !memcmp(text + i, "%2A", 3)) {
			dst[n++] = '*';
			i += 3;
		} else {
			dst[n++] = fold_byte(text[i++], ignore_case);
		}
	}
	return n;
}

size_t rule_pattern_compile(uint8_t *dst, const char *text, size_t len,
			    bool ignore_case)
{
	bool prefix = len && text[len - 1] == '*';
	struct rule_capture capture;
	size_t from = 0, n = 0;

	len -= prefix;
	while (rule_capture_next(&capture, text, len, from) > 0) {
		n += compile_literal(dst + n, text + from, capture.at - from,
				     ignore_case);
		dst[n++] = capture.digits ? PATTERN_DIGITS : PATTERN_BYTES;
		from = capture.end;
	}
	n += compile_literal(dst + n, text + from, len - from, ignore_case);
	if (prefix)
		dst[n++] = PATTERN_REST;
	return n;
}
