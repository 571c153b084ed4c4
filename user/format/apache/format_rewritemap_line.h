/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_REWRITEMAP_LINE_H
#define FORMAT_REWRITEMAP_LINE_H

#include <stddef.h>

struct format_file;
struct format_read;

/* A line of a RewriteMap's text file. */
struct rewritemap_line {
	const char *key, *value; /* not terminated */
	size_t key_len, value_len;
	unsigned long at;
};

/*
 * rewritemap_line_next - the next line with a key and a value
 *
 * As mod_rewrite reads it: a line that begins with '#' or a blank is a comment,
 * so is what is behind the value, and a key without a value is none; lines that
 * are longer than 1,024 bytes are errors. Returns 1, 0 at the end, or -errno
 * with error_set().
 */
int rewritemap_line_next(struct format_read *read, struct format_file *file,
			 struct rewritemap_line *line);

#endif
