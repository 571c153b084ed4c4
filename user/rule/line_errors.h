/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINE_ERRORS_H
#define LINE_ERRORS_H

#include <stdio.h>

struct places;

/* What is wrong with the lines of a file: the first of them by line number,
 * in whatever order they are found, and how many there are in all. */
enum { LINE_ERRORS_MAX = 100 };

struct line_errors {
	const struct places *places; /* what lines are positions of; or NULL */
	struct line_error {
		unsigned long line;
		char *text;
	} items[LINE_ERRORS_MAX];
	unsigned int count;
	unsigned long total;
};

/* Add a message about a line. */
void line_errors_add(struct line_errors *errors, unsigned long line,
		     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Print "FILE:LINE: MESSAGE" for each, made safe for terminals, and how many
 * more there are. */
void line_errors_print(FILE *out, const struct line_errors *errors,
		       const char *file, const char *noun);

/* Accepts one that is all zero. */
void line_errors_free(struct line_errors *errors);

#endif
