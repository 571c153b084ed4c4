/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_APACHE_LINE_H
#define FORMAT_APACHE_LINE_H

#include <stddef.h>

struct format_file;
struct format_read;

enum { APACHE_WORDS = 64 };

/* One directive, or the begin or end of a section: its words without quotes.
 * words[0] is its name, or "<Name" and "</Name". */
struct apache_line {
	unsigned long at;
	size_t count;
	char *words[APACHE_WORDS + 1]; /* a NULL behind them */
	char *text;		       /* they are in it */
	size_t room;
	char *joined; /* what a '\' at a line's end goes on with */
	size_t joined_len, joined_room;
};

/*
 * apache_line_next - the next directive of a file
 * @line: all zero at first
 *
 * A '\' at a line's end goes on with the next line, a '#' at its begin makes a
 * comment; more than APACHE_WORDS words are an error of the line, as an open
 * quote is. Returns 1, 0 at the end, or -errno with error_set().
 */
int apache_line_next(struct format_read *read, struct format_file *file,
		     struct apache_line *line);

/* Accepts one that is all zero. */
void apache_line_free(struct apache_line *line);

#endif
