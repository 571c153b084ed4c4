// SPDX-License-Identifier: BSD-2-Clause
#include <stdint.h>
#include <string.h>

#include "request_escape.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The value of so many hex digits, or -1. */
static int32_t hex_take(const char *text, size_t len, size_t digits)
{
	int32_t value = 0;
	size_t i;

	if (len < digits)
		return -1;
	for (i = 0; i < digits; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The byte that a letter behind a backslash stands for, or -1. */
static int letter(char c)
{
	static const char from[] = "\"\\/bfnrtv", to[] = "\"\\/\b\f\n\r\t\v";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : -1;
}

static size_t utf8_put(char *dst, uint32_t code)
{
	if (code < 0x80) {
		dst[0] = code;
		return 1;
	}
	if (code < 0x800) {
		dst[0] = 0xc0 | code >> 6;
		dst[1] = 0x80 | (code & 0x3f);
		return 2;
	}
	if (code < 0x10000) {
		dst[0] = 0xe0 | code >> 12;
		dst[1] = 0x80 | (code >> 6 & 0x3f);
		dst[2] = 0x80 | (code & 0x3f);
		return 3;
	}
	dst[0] = 0xf0 | code >> 18;
	dst[1] = 0x80 | (code >> 12 & 0x3f);
	dst[2] = 0x80 | (code >> 6 & 0x3f);
	dst[3] = 0x80 | (code & 0x3f);
	return 4;
}

/* What stands behind a backslash: writes what it is for, with its length in
 * *put. Returns how many bytes it has, or 0 for no escape. */
typedef size_t escape_fn(char *dst, size_t *put, const char *text, size_t len);

static size_t letter_take(char *dst, size_t *put, const char *text, size_t len)
{
	int byte = len ? letter(*text) : -1;

	if (byte < 0)
		return 0;
	*dst = byte;
	*put = 1;
	return 1;
}

static size_t log_take(char *dst, size_t *put, const char *text, size_t len)
{
	int32_t byte;

	if (!len || *text != 'x')
		return letter_take(dst, put, text, len);
	byte = hex_take(text + 1, len - 1, 2);
	if (byte < 0)
		return 0;
	*dst = byte;
	*put = 1;
	return 3;
}

static size_t json_take(char *dst, size_t *put, const char *text, size_t len)
{
	int32_t code, low = -1;
	size_t taken = 5;

	if (!len || *text != 'u')
		return letter_take(dst, put, text, len);
	code = hex_take(text + 1, len - 1, 4);
	if (code < 0)
		return 0;
	if (code >= 0xd800 && code < 0xdc00 && len > 7 && text[5] == '\\' &&
	    text[6] == 'u')
		low = hex_take(text + 7, len - 7, 4);
	if (low >= 0xdc00 && low < 0xe000) {
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		taken = 11;
	} else if (code >= 0xd800 && code < 0xe000) {
		code = 0xfffd;
	}
	*put = utf8_put(dst, code);
	return taken;
}

/* No escape is shorter than what it stands for. */
static size_t undo(char *text, size_t len, escape_fn *take)
{
	char *begin = memchr(text, '\\', len), *to = begin;
	const char *from = begin, *end = text + len;
	char bytes[4];

	if (!begin)
		return len;
	while (from < end) {
		size_t put, taken = 0;

		if (*from == '\\')
			taken = take(bytes, &put, from + 1, end - from - 1);
		if (!taken) {
			*to++ = *from++;
			continue;
		}
		memcpy(to, bytes, put);
		to += put;
		from += taken + 1;
	}
	return to - text;
}

size_t request_escape_log(char *text, size_t len)
{
	return undo(text, len, log_take);
}

size_t request_escape_json(char *text, size_t len)
{
	return undo(text, len, json_take);
}
