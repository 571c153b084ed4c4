// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "either.h"
#include "rule_capture.h"
#include "rule_error.h"

static bool is_name(unsigned char c)
{
	unsigned char letter = c | 0x20;

	return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Where the first brace from an offset on is, or len. */
static size_t brace_at(const char *text, size_t len, size_t from)
{
	if (from == len)
		return len; /* of a text that is NULL, too */
	return from + either_at(text + from, len - from, '{', '}');
}

int rule_capture_next(struct rule_capture *capture, const char *text,
		      size_t len, size_t from)
{
	static const char digits[] = ":digits";
	size_t at = brace_at(text, len, from), name = at + 1, i = name, end;

	if (at == len)
		return 0;
	end = text[at] == '{' ? brace_at(text, len, name) : len;
	if (end == len || text[end] != '}')
		return -EINVAL;
	while (is_name(text[i]))
		i++;
	capture->name = text + name;
	capture->name_len = i - name;
	capture->at = at;
	capture->end = end + 1;
	capture->digits = end - i == sizeof(digits) - 1 &&
			  !memcmp(text + i, digits, end - i);
	return i > name && (i == end || capture->digits) ? 1 : -EINVAL;
}

int rule_capture_fail(struct rule_error *error, const char *field,
		      const char *text, size_t len, size_t from)
{
	size_t at = brace_at(text, len, from), end;
	struct rule_quote quote;

	if (text[at] == '}')
		return rule_fail(
			error, field,
			"'}' without '{' before it; write %%7D for a literal one");
	end = brace_at(text, len, at + 1);
	if (end == len || text[end] == '{')
		return rule_fail(
			error, field,
			"'{' without '}' behind it; write %%7B for a literal one");
	return rule_fail(
		error, field,
		"%s is neither {name} nor {name:digits} with a name of letters, digits and '_'; write %%7B and %%7D for literal braces",
		rule_quote(&quote, text + at, end + 1 - at));
}

int rule_capture_find(const char *pattern, size_t len, const char *name,
		      size_t name_len)
{
	struct rule_capture capture;
	size_t from = 0;
	int i;

	for (i = 0; rule_capture_next(&capture, pattern, len, from) > 0; i++) {
		if (capture.name_len == name_len &&
		    !memcmp(capture.name, name, name_len))
			return i;
		from = capture.end;
	}
	return -ENOENT;
}
