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

/* Add with some characters escaped; runs of others at once. */
static void escaped_add(struct format_text *to, const char *text, size_t len,
			const char *escape, bool controls)
{
	size_t i, begin = 0;
	char one[4];

	for (i = 0; i < len; i++) {
		unsigned char c = text[i];
		const char *at = escape;

		while (*at && (unsigned char)*at != c)
			at++;
		if (!*at && (!controls || c >= ' '))
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
	escaped_add(to, text, len, "*{}# ", false);
}

void format_text_decoded(struct format_text *to, const char *text, size_t len)
{
	escaped_add(to, text, len, "*{}# %?", true);
}

void format_text_target(struct format_text *to, const char *text, size_t len)
{
	escaped_add(to, text, len, "*{}", false);
}
