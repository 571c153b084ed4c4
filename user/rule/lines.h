/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The lines of a file, plain or gzip, one by one, in place in one buffer.
 * Line ends are LF or CRLF, the last may be missing; a BOM is skipped.
 */
struct lines;

struct line {
	char *text;	      /* without its line end, not terminated */
	size_t len;	      /* at most LIMIT_LINE */
	unsigned long number; /* from 1 */
};

/* path "-" is standard input. Returns 0 or -errno with error_set(). */
int lines_open(struct lines **lines, const char *path);

/* What the file begins with, some 256 KiB without a BOM, before the first line
 * is asked for; valid until then. whole: it is all of the file. Returns 0 or
 * -errno with error_set(). */
int lines_peek(struct lines *lines, const char **text, size_t *len,
	       bool *whole);

/* The next bytes, for what is not made of lines: as input_read(). */
ssize_t lines_bytes(struct lines *lines, void *dst, size_t size);

/*
 * lines_next - the next line; its text may be changed and is valid until the
 * next call
 *
 * Returns 1, 0 at the end, -EINVAL with line->number and *reason (a constant
 * text) for a line that is too long, holds a NUL or is not UTF-8, and any other
 * -errno with error_set() when the file cannot be read on. A line of whatever
 * length is one error, and is not buffered.
 */
int lines_next(struct lines *lines, struct line *line, const char **reason);

/* The same for lines of any bytes. */
int lines_next_any(struct lines *lines, struct line *line, const char **reason);

/*
 * lines_more - let the line go on over its line end to the next one
 *
 * The text may move; the line end becomes part of it. Results as those of
 * lines_next(), 0 and -EINVAL with the line as it was; LIMIT_LINE holds for
 * the whole.
 */
int lines_more(struct lines *lines, struct line *line, const char **reason);

/* Give all but the first of a line's lines back to lines_next(). */
void lines_back(struct lines *lines, const struct line *line);

/* What lines_open() was given, for messages. */
const char *lines_name(const struct lines *lines);

void lines_close(struct lines *lines); /* accepts NULL */

#endif
