// SPDX-License-Identifier: BSD-2-Clause
#include <stdint.h>
#include <string.h>

#include "utf16.h"

bool utf16_marked(const void *bytes, size_t len, bool *big)
{
	if (len < 2)
		return false;
	*big = !memcmp(bytes, "\xfe\xff", 2);
	return *big || !memcmp(bytes, "\xff\xfe", 2);
}

static uint32_t unit_at(const unsigned char *bytes, bool big)
{
	return big ? bytes[0] << 8 | bytes[1] : bytes[1] << 8 | bytes[0];
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

static size_t utf8_bad(char *dst, size_t *taken, size_t bytes)
{
	*taken = bytes;
	*dst = '\xff';
	return 1;
}

size_t utf16_next(char *dst, const void *bytes, size_t len, bool big, bool end,
		  size_t *taken)
{
	const unsigned char *at = bytes;
	uint32_t high, low;

	if (len < 2)
		return end && len ? utf8_bad(dst, taken, len) : 0;
	high = unit_at(at, big);
	if (high < 0xd800 || high > 0xdfff) {
		*taken = 2;
		return utf8_put(dst, high);
	}
	if (high < 0xdc00 && len < 4 && !end)
		return 0;
	low = len < 4 ? 0 : unit_at(at + 2, big);
	if (high > 0xdbff || low < 0xdc00 || low > 0xdfff)
		return utf8_bad(dst, taken, 2);
	*taken = 4;
	return utf8_put(dst, 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff)));
}
