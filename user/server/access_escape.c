// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "access_escape.h"
#include "unseen.h"
#include "utf8.h"

static char *put_hex(char *out, const char *before, uint8_t byte)
{
	static const char digits[] = "0123456789ABCDEF";

	while (*before)
		*out++ = *before++;
	*out++ = digits[byte >> 4];
	*out++ = digits[byte & 15];
	return out;
}

static bool is_plain(uint8_t byte)
{
	return byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\';
}

char *access_escape_quoted(char *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_plain(text[i]))
			*out++ = text[i];
		else
			out = put_hex(out, "\\x", text[i]);
	}
	return out;
}

char *access_escape_word(char *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (is_plain(text[i]) && text[i] != ' ')
			*out++ = text[i];
		else
			out = put_hex(out, "\\x", text[i]);
	}
	return out;
}

static char *put_unit(char *out, uint32_t unit)
{
	out = put_hex(out, "\\u", unit >> 8);
	return put_hex(out, "", unit);
}

/* By its number, which beyond 16 bits are two. */
static char *put_code(char *out, uint32_t code)
{
	if (code < 0x10000)
		return put_unit(out, code);
	out = put_unit(out, 0xd800 + ((code - 0x10000) >> 10));
	return put_unit(out, 0xdc00 + (code & 0x3ff));
}

/* A character that is no plain one: how many bytes of it were taken. */
static size_t json_put(char **out, const char *text, size_t len)
{
	size_t n = utf8_length(text, len);
	uint8_t byte = *text;
	struct unseen unseen;

	if (!n) {
		*out = put_hex(*out, "\\\\x", byte);
		return 1;
	}
	if (n == 1 && (byte == '"' || byte == '\\')) {
		*(*out)++ = '\\';
		*(*out)++ = byte;
	} else if (n == 1) {
		*out = put_hex(*out, "\\u00", byte);
	} else if (unseen_find(&unseen, text, n)) {
		*out = put_code(*out, unseen.code);
	} else {
		memcpy(*out, text, n);
		*out += n;
	}
	return n;
}

char *access_escape_json(char *out, const char *text, size_t len)
{
	size_t i = 0;

	while (i < len) {
		if (is_plain(text[i]))
			*out++ = text[i++];
		else
			i += json_put(&out, text + i, len - i);
	}
	return out;
}
