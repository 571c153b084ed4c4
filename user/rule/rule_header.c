// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "head_text.h"
#include "rule_error.h"
#include "rule_header.h"
#include "rule_text.h"

/* What an answer has by itself, what frames its body, and what is for one
 * connection alone. */
static const char *const reserved[] = {
	"Date",	      "Location", "Cache-Control", "Content-Length",
	"Allow",      "Via",	  "Connection",	   "Proxy-Connection",
	"Keep-Alive", "TE",	  "Trailer",	   "Transfer-Encoding",
	"Upgrade",
};

enum { RESERVED = sizeof(reserved) / sizeof(*reserved) };

/* How many bytes of a token it begins with (RFC 9110 5.6.2). */
static size_t token_len(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!head_token[(unsigned char)text[i]])
			break;
	return i;
}

static int name_check(const char *name, size_t len, struct rule_error *error)
{
	struct rule_quote quote;
	size_t i;

	for (i = 0; i < RESERVED; i++)
		if (strlen(reserved[i]) == len &&
		    !strncasecmp(reserved[i], name, len))
			return rule_fail(
				error, "header",
				"%s is a field that detour sends, or of the connection",
				rule_quote(&quote, name, len));
	return 0;
}

static int value_check(const char *value, size_t len, struct rule_error *error)
{
	size_t i;

	if (!len)
		return rule_fail(error, "header", "no value");
	for (i = 0; i < len; i++) {
		unsigned char c = value[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return rule_fail(error, "header",
					 "control byte \\x%02x", c);
		if (c > 0x7f)
			return rule_fail(error, "header",
					 "byte \\x%02x: only ASCII", c);
	}
	return 0;
}

int rule_header_read(char *dst, const char *text, size_t len,
		     struct rule_error *error)
{
	size_t name_len = token_len(text, len), value_len;
	const char *value = text + name_len + 1;

	if (rule_text_check_seen("header", text, len, error))
		return -EINVAL;
	if (!name_len || name_len == len || text[name_len] != ':')
		return rule_fail(error, "header", "is not NAME: VALUE");
	if (name_check(text, name_len, error))
		return -EINVAL;
	value_len = text + len - value;
	for (; value_len && rule_text_blank(*value); value_len--)
		value++;
	while (value_len && rule_text_blank(value[value_len - 1]))
		value_len--;
	if (value_check(value, value_len, error))
		return -EINVAL;
	len = name_len + 2 + value_len;
	if (len > LIMIT_HEADER)
		return rule_fail(error, "header", "over %d bytes",
				 LIMIT_HEADER);
	dst = mempcpy(dst, text, name_len);
	dst = mempcpy(dst, ": ", 2);
	dst = mempcpy(dst, value, value_len);
	memcpy(dst, "\r\n", sizeof("\r\n"));
	return len + 2;
}

const char *rule_header_next(const char **at, size_t *len)
{
	const char *header = *at, *end = strstr(header, "\r\n");

	if (!end)
		return NULL;
	*len = end - header;
	*at = end + 2;
	return header;
}
