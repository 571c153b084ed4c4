// SPDX-License-Identifier: BSD-2-Clause
#include <stdint.h>
#include <string.h>

#include "utf8.h"

static size_t utf8_ascii(const unsigned char *at, const unsigned char *end)
{
	const unsigned char *begin = at;
	uint64_t word;

	for (; end - at >= 8; at += 8) {
		memcpy(&word, at, sizeof(word));
		if (word & 0x8080808080808080ULL)
			break;
	}
	while (at < end && *at < 0x80)
		at++;
	return at - begin;
}

/* The length of the character at at, or 0 (RFC 3629 4). */
static size_t utf8_char(const unsigned char *at, const unsigned char *end)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t len, i;

	if (*at < 0xc2 || *at > 0xf4)
		return 0;
	len = *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
	if (*at == 0xe0)
		low = 0xa0;
	else if (*at == 0xed)
		high = 0x9f;
	else if (*at == 0xf0)
		low = 0x90;
	else if (*at == 0xf4)
		high = 0x8f;
	if ((size_t)(end - at) < len || at[1] < low || at[1] > high)
		return 0;
	for (i = 2; i < len; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	return len;
}

size_t utf8_length(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text;

	if (!len)
		return 0;
	return *at < 0x80 ? 1 : utf8_char(at, at + len);
}

bool utf8_valid(const char *text, size_t len)
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *end = at + len;

	for (;;) {
		size_t n;

		at += utf8_ascii(at, end);
		if (at == end)
			return true;
		n = utf8_char(at, end);
		if (!n)
			return false;
		at += n;
	}
}
