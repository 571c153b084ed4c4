/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FILE_H
#define FORMAT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "format_head.h"
#include "lines.h"

struct format_read;

/* Files that are read within each other, at most. */
enum { FORMAT_DEPTH = 16 };

/* A file that a format reads: what import was given, or what that names. */
struct format_file {
	struct lines *lines;
	size_t number;		   /* in places (places.h) */
	struct format_file *outer; /* what names it; NULL: import's */
};

/*
 * format_file_open - open a file that import was given, or that another names
 * @outer: NULL, or the file that names it; a path that is not absolute is below
 *         the folder of outer's
 *
 * Returns 0 or -errno with error_set(): -ELOOP for a file that is open already
 * or that is too deep. A file that another names and that cannot be opened is
 * best told by format_cannot().
 */
int format_file_open(struct format_read *read, struct format_file *file,
		     const char *path, struct format_file *outer);

/* The position of a line of a file (places.h). */
unsigned long format_at_line(struct format_read *read,
			     const struct format_file *file,
			     unsigned long line);

/* The file's beginning, from where it is read; it is not read by this. Returns
 * 0 or -errno with error_set(). */
int format_file_head(struct format_file *file, struct format_head *head);

/*
 * format_line - the next line of a file
 * @at: receives its position
 *
 * As lines_next(), but bad lines (too long, NUL, not UTF-8) are noted as errors
 * and passed over. Returns 1, 0 at the end, or -errno with error_set().
 */
int format_line(struct format_read *read, struct format_file *file,
		struct line *line, unsigned long *at);

/* Accepts one that is all zero. */
void format_file_close(struct format_file *file);

#endif
