// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_head.h"
#include "format_netlify_is.h"
#include "format_netlify_line.h"

enum { LINES = 1000 }; /* that are looked at */

/* Whether nothing but such a file has the line: a code with '!', ":splat", or a
 * path with a code, or with what is said of it. */
static bool line_shows(const struct netlify_line *line)
{
	struct format_piece to = line->to;

	return line->force || memmem(to.text, to.len, "/:splat", 7) ||
	       (*line->from.text == '/' &&
		(line->code.len || line->conditions.len || line->pair_count ||
		 memmem(to.text, to.len, "/:", 2)));
}

bool netlify_is(const struct format_head *head)
{
	struct netlify_line line;
	struct format_piece text;
	unsigned int lines = 0, good = 0;
	const char *reason;
	bool shown = false;
	size_t at = 0;

	if (format_named(head, "/_redirects") ||
	    !strcmp(head->path, "_redirects"))
		return true;
	while (lines < LINES && format_head_line(head, &at, '#', &text)) {
		lines++;
		if (netlify_line_read(&line, text.text, text.len, &reason) <= 0)
			continue;
		if (line.to.text[line.to.len - 1] == ';')
			return false;
		good++;
		shown |= line_shows(&line);
	}
	return shown && good >= lines - lines / 4;
}
