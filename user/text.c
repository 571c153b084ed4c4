// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "text.h"

unsigned int text_utf8(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	unsigned int len, i;
	uint32_t code;

	if (!*at)
		return 0;
	if (*at < 0x80)
		return 1;
	len = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
	if (*at < 0xc2 || *at > 0xf4)
		return 0;
	code = *at & (0x7f >> len);
	for (i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	if (len > 2 && code < (len == 3 ? 0x800U : 0x10000U))
		return 0;
	if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
		return 0;
	return len;
}

static bool is_control(const char *text, unsigned int len)
{
	unsigned char first = text[0], second = len > 1 ? text[1] : 0;

	if (len == 1)
		return first < 0x20 || first == 0x7f;
	return first == 0xc2 && second < 0xa0;
}

void text_print(FILE *out, const char *text)
{
	unsigned int len, i;

	for (; *text; text += len) {
		len = text_utf8(text);
		if (len && !is_control(text, len)) {
			fwrite(text, 1, len, out);
			continue;
		}
		len += !len;
		for (i = 0; i < len; i++)
			fprintf(out, "\\x%02x", (unsigned char)text[i]);
	}
}

void text_time(FILE *out, int64_t when)
{
	char text[32];
	time_t t = when;
	struct tm tm;

	if (localtime_r(&t, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		fputs(text, out);
	else
		fprintf(out, "%" PRId64, when);
}

void text_count(FILE *out, uint64_t count, const char *noun)
{
	fprintf(out, "%" PRIu64 " %s%s", count, noun, count == 1 ? "" : "s");
}
