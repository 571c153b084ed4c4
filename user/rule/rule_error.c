// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rule_error.h"
#include "unseen.h"
#include "utf8.h"

int rule_fail(struct rule_error *error, const char *field, const char *fmt, ...)
{
	va_list args;

	error->field = field;
	error->more_count = 0;
	va_start(args, fmt);
	vsnprintf(error->reason, sizeof(error->reason), fmt, args);
	va_end(args);
	return -EINVAL;
}

int rule_error_add(struct rule_error *error, const struct rule_error *one)
{
	struct rule_error_more *more = &error->more[error->more_count];

	if (!error->field) {
		error->field = one->field;
		memcpy(error->reason, one->reason, sizeof(error->reason));
	} else if (error->more_count < RULE_ERRORS_MORE) {
		more->field = one->field;
		memcpy(more->reason, one->reason, sizeof(more->reason));
		error->more_count++;
	}
	return -EINVAL;
}

/* How long the character is that can be shown as it is; 0: it cannot. */
static size_t shown_length(const char *text, size_t len)
{
	size_t n = (unsigned char)*text < 0x7f ? *text >= 0x20
					       : utf8_length(text, len);
	struct unseen unseen;

	if (n < 2)
		return (unsigned char)*text < 0x7f ? n : 0;
	return unseen_find(&unseen, text, n) ? 0 : n;
}

const char *rule_quote(struct rule_quote *quote, const char *text, size_t len)
{
	static const size_t room = sizeof(quote->text) - sizeof("\\xNN...'");
	char *at = quote->text;
	size_t i, n;

	*at++ = '\'';
	for (i = 0; i < len && (size_t)(at - quote->text) < room; i += n) {
		n = shown_length(text + i, len - i);
		memcpy(at, text + i, n);
		at += n;
		if (!n)
			at += sprintf(at, "\\x%02x", (unsigned char)text[i]);
		n += !n;
	}
	strcpy(at, i < len ? "...'" : "'");
	return quote->text;
}
