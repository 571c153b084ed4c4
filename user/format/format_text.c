// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "format_text.h"

void format_text_begin(struct format_text *to)
{
	to->len = 0;
	to->full = false;
	to->text[0] = '\0';
}

void format_text_raw(struct format_text *to, const char *text, size_t len)
{
	size_t room = sizeof(to->text) - 1 - to->len;

	if (len > room) {
		to->full = true;
		len = room;
	}
	memcpy(to->text + to->len, text, len);
	to->len += len;
	to->text[to->len] = '\0';
}

/* What is escaped: by each of the three. */
enum { TEXT_URL = 1, TEXT_DECODED = 2, TEXT_TARGET = 4 };

static const unsigned char escaped[256] = {
	[0 ... 31] = TEXT_DECODED,
	[' '] = TEXT_URL | TEXT_DECODED,
	['#'] = TEXT_URL | TEXT_DECODED,
	['%'] = TEXT_DECODED,
	['?'] = TEXT_DECODED,
	['*'] = TEXT_URL | TEXT_DECODED | TEXT_TARGET,
	['{'] = TEXT_URL | TEXT_DECODED | TEXT_TARGET,
	['}'] = TEXT_URL | TEXT_DECODED | TEXT_TARGET,
};

/* Add with some characters escaped; runs of others at once. */
static void escaped_add(struct format_text *to, const char *text, size_t len,
			unsigned char by)
{
	size_t i, begin = 0;
	char one[4];

	for (i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (!(escaped[c] & by))
			continue;
		format_text_raw(to, text + begin, i - begin);
		sprintf(one, "%%%02X", c);
		format_text_raw(to, one, 3);
		begin = i + 1;
	}
	format_text_raw(to, text + begin, len - begin);
}

void format_text_url(struct format_text *to, const char *text, size_t len)
{
	escaped_add(to, text, len, TEXT_URL);
}

void format_text_decoded(struct format_text *to, const char *text, size_t len)
{
	escaped_add(to, text, len, TEXT_DECODED);
}

void format_text_target(struct format_text *to, const char *text, size_t len)
{
	escaped_add(to, text, len, TEXT_TARGET);
}
