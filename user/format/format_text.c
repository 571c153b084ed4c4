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

/* Where the first character is that is escaped, or len. */
static size_t plain_len(const char *text, size_t i, size_t len,
			unsigned char by)
{
	const unsigned char *at = (const unsigned char *)text;

	for (; i + 4 <= len; i += 4)
		if ((escaped[at[i]] | escaped[at[i + 1]] | escaped[at[i + 2]] |
		     escaped[at[i + 3]]) &
		    by)
			break;
	while (i < len && !(escaped[at[i]] & by))
		i++;
	return i;
}

/* Add with some characters escaped; runs of others at once. */
static void escaped_add(struct format_text *to, const char *text, size_t len,
			unsigned char by)
{
	size_t begin, end;
	char one[4];

	for (begin = 0;; begin = end + 1) {
		end = plain_len(text, begin, len, by);
		format_text_raw(to, text + begin, end - begin);
		if (end == len)
			return;
		sprintf(one, "%%%02X", (unsigned char)text[end]);
		format_text_raw(to, one, 3);
	}
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
