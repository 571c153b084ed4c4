// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_caddy_is.h"
#include "format_head.h"

/* No other system has lines that end in ';' less, and "redir" with a target. */
bool caddy_is(const struct format_head *head)
{
	struct format_piece line, word;
	bool opened = false, redir = false, first = true;
	size_t at = 0;

	if (format_named(head, "Caddyfile"))
		return true;
	while (format_head_line(head, &at, '#', &line)) {
		char last = line.text[line.len - 1];

		if (last == ';')
			return false;
		opened |= last == '{';
		word = format_word(&line);
		/* one site needs no brace: its address is a line */
		opened |=
			first && !line.len && memchr(word.text, '.', word.len);
		first = false;
		redir |= opened && format_is(word, "redir") && line.len;
	}
	return redir;
}
