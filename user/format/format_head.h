/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HEAD_H
#define FORMAT_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/* A file's beginning, for telling its format: some 256 KiB, as UTF-8, without a
 * BOM; any bytes. */
struct format_head {
	const char *path; /* "-" is standard input */
	const char *text;
	size_t len;
	bool whole; /* it is all of the file */
};

/* A piece of it, not terminated. */
struct format_piece {
	const char *text;
	size_t len;
};

/*
 * format_head_line - the next line with something on it
 * @at:      where the next line begins; 0 before the first
 * @comment: what begins a comment line, '#' mostly; '\0': nothing
 *
 * Blanks around it are cut off; empty lines and comment lines are passed over,
 * and a last line that is cut off. Returns false behind the last one.
 */
bool format_head_line(const struct format_head *head, size_t *at, char comment,
		      struct format_piece *line);

/* Cut the first word off a line: what stands before a blank. Its length is 0
 * where there is none. */
struct format_piece format_word(struct format_piece *line);

/* Whether a piece is a text; the same without ASCII case; whether it begins
 * with it. */
bool format_is(struct format_piece piece, const char *text);
bool format_is_like(struct format_piece piece, const char *text);
bool format_begins(struct format_piece piece, const char *text);

/* Whether the path ends so, perhaps with ".gz" behind it; ASCII case does not
 * count. */
bool format_named(const struct format_head *head, const char *end);

#endif
