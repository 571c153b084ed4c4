// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_apache_line.h"
#include "format_file.h"
#include "format_read.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int joined_add(struct apache_line *line, const char *text, size_t len)
{
	if (array_grow(&line->joined, &line->joined_room,
		       line->joined_len + len + 1, 1))
		return error_sys(-ENOMEM, "cannot read the file");
	memcpy(line->joined + line->joined_len, text, len);
	line->joined_len += len;
	line->joined[line->joined_len] = '\0';
	return 0;
}

/* Whether a line goes on: a '\' at its end that is not one of two. */
static bool goes_on(const struct line *line)
{
	size_t len = line->len;

	return len && line->text[len - 1] == '\\' &&
	       !(len > 1 && line->text[len - 2] == '\\');
}

/* A line with those that it goes on with. Returns 1, 0 or -errno. */
static int line_join(struct format_read *read, struct format_file *file,
		     struct apache_line *line)
{
	bool more = true;
	int got = 0, first = 0;

	line->joined_len = 0;
	while (more) {
		unsigned long at;
		struct line one;

		got = format_line(read, file, &one, &at);
		if (got <= 0)
			break;
		if (!first)
			line->at = at;
		first = 1;
		more = goes_on(&one);
		got = joined_add(line, one.text, one.len - more);
		if (got)
			return got;
		if (line->joined_len > LIMIT_LINE) {
			format_error(read, line->at, "line", "too long");
			line->joined_len = 0;
			more = false;
		}
	}
	return got < 0 ? got : first;
}

/* Copy one word without its quotes. Returns what is behind it; NULL: a quote
 * without its end. */
static const char *word_copy(char **to, const char *from)
{
	char quote = *from == '"' || *from == '\'' ? *from : '\0';

	from += quote != '\0';
	while (*from && (quote ? *from != quote : !blank(*from))) {
		if (*from == '\\' &&
		    (from[1] == '\\' || (quote && from[1] == quote)))
			from++;
		*(*to)++ = *from++;
	}
	*(*to)++ = '\0';
	if (quote && *from != quote)
		return NULL;
	return from + (quote != '\0');
}

/* Set the '>' off that ends a section's begin. */
static void bracket_cut(struct apache_line *line)
{
	char *last = line->words[line->count - 1];
	size_t len = strlen(last);

	if (*line->words[0] != '<' || !len || last[len - 1] != '>')
		return;
	last[len - 1] = '\0';
	if (len == 1 && line->count > 1)
		line->count--;
}

/* Split into words. Returns 1, or 0 for a line without any. */
static int words_split(struct format_read *read, struct apache_line *line)
{
	const char *from = line->joined;
	char *to = line->text;

	line->count = 0;
	while (from && line->count < APACHE_WORDS) {
		while (blank(*from))
			from++;
		if (!*from || (*from == '#' && !line->count))
			break;
		line->words[line->count++] = to;
		from = word_copy(&to, from);
		/* <IfModule a.c> and <Directory "/x"> */
		if (from && *from == '>' && *line->words[0] == '<')
			from++;
	}
	if (!from) {
		format_error(read, line->at, "line", "a quote without its end");
		return 0;
	}
	if (!line->count)
		return 0;
	if (line->count == APACHE_WORDS && *from) {
		format_error(read, line->at, "line", "more than %d words",
			     APACHE_WORDS);
		return 0;
	}
	bracket_cut(line);
	line->words[line->count] = NULL;
	return 1;
}

int apache_line_next(struct format_read *read, struct format_file *file,
		     struct apache_line *line)
{
	int got;

	for (;;) {
		got = line_join(read, file, line);
		if (got <= 0)
			return got;
		if (!line->joined_len)
			continue;
		if (array_grow(&line->text, &line->room,
			       2 * line->joined_len + 2, 1))
			return error_sys(-ENOMEM, "cannot read the file");
		if (words_split(read, line))
			return 1;
	}
}

void apache_line_free(struct apache_line *line)
{
	free(line->text);
	free(line->joined);
}
