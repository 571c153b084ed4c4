// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "format_file.h"
#include "format_read.h"
#include "format_rewritemap_line.h"

enum { LINE_MAX_BYTES = 1024 }; /* REWRITE_MAX_TXT_MAP_LINE, with its end */

static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Split a line. Returns false for one without key and value. */
static bool line_split(struct rewritemap_line *to, const struct line *line)
{
	const char *at = line->text, *end = at + line->len;

	if (at == end || *at == '#' || blank(*at))
		return false;
	to->key = at;
	while (at < end && !blank(*at))
		at++;
	to->key_len = at - to->key;
	while (at < end && blank(*at))
		at++;
	to->value = at;
	while (at < end && !blank(*at))
		at++;
	to->value_len = at - to->value;
	return to->value_len;
}

int rewritemap_line_next(struct format_read *read, struct format_file *file,
			 struct rewritemap_line *line)
{
	struct line text;
	int got;

	while ((got = format_line(read, file, &text, &line->at)) > 0) {
		if (text.len >= LINE_MAX_BYTES)
			format_error(read, line->at, "line",
				     "longer than %d bytes",
				     LINE_MAX_BYTES - 1);
		else if (line_split(line, &text))
			return 1;
	}
	return got;
}
