// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "rule_capture.h"
#include "rule_error.h"
#include "rule_template.h"

static const char field[] = "target";

static int check_capture(const struct rule_capture *capture, const char *text,
			 const char *pattern, size_t pattern_len,
			 struct rule_error *error)
{
	size_t len = capture->name_len;
	struct rule_quote quote;

	if (capture->digits)
		return rule_fail(
			error, field,
			"':digits' belongs into the source; write {name} here");
	if (rule_capture_find(pattern, pattern_len, capture->name, len) < 0)
		return rule_fail(
			error, field, "the source's path has no capture %s",
			rule_quote(&quote, capture->name - 1, len + 2));
	if (rule_capture_find(text, capture->at, capture->name, len) >= 0)
		return rule_fail(error, field, "%s stands there twice",
				 rule_quote(&quote, capture->name - 1,
					    len + 2));
	return 0;
}

int rule_template_check(const char *text, size_t len, const char *pattern,
			size_t pattern_len, struct rule_error *error)
{
	struct rule_capture capture;
	size_t from = 0;
	int more, n, err;

	for (n = 0;; n++) {
		more = rule_capture_next(&capture, text, len, from);
		if (!more)
			return n;
		if (more < 0)
			return rule_capture_fail(error, field, text, len, from);
		err = check_capture(&capture, text, pattern, pattern_len,
				    error);
		if (err)
			return err;
		from = capture.end;
	}
}

static size_t compile_literal(uint8_t *dst, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		dst[i] = text[i] == '*' ? TEMPLATE_REST : text[i];
	return len;
}

size_t rule_template_compile(uint8_t *dst, const char *text, size_t len,
			     const char *pattern, size_t pattern_len)
{
	struct rule_capture capture;
	size_t from = 0, n = 0;
	int number;

	while (rule_capture_next(&capture, text, len, from) > 0) {
		n += compile_literal(dst + n, text + from, capture.at - from);
		number = rule_capture_find(pattern, pattern_len, capture.name,
					   capture.name_len);
		dst[n++] = TEMPLATE_CAPTURE;
		dst[n++] = number & 255;
		dst[n++] = number >> 8;
		from = capture.end;
	}
	return n + compile_literal(dst + n, text + from, len - from);
}
