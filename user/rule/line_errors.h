/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINE_ERRORS_H
#define LINE_ERRORS_H

#include <stddef.h>
#include <stdio.h>

struct places;

/* What is wrong with the lines of a file: the first of them by line number,
 * in whatever order they are found, the first of each kind, and how many there
 * are in all. */
enum { LINE_ERRORS_MAX = 100, LINE_ERRORS_KIND = 10, LINE_ERRORS_NAME = 32 };

struct line_error {
	unsigned long line;
	char *text;
};

struct line_errors {
	const struct places *places; /* what lines are positions of; or NULL */
	struct line_error items[LINE_ERRORS_MAX];
	unsigned int count;
	unsigned long total;
	struct line_errors_kind {
		/* the field that a message begins with; "no --code" where that
		 * option would help, as the message says behind "; " */
		char name[LINE_ERRORS_NAME];
		unsigned long total;
		unsigned int count;
		struct line_error items[LINE_ERRORS_KIND];
	} * kinds;
	size_t kind_count, kind_room;
};

/* Add a message about a line. */
void line_errors_add(struct line_errors *errors, unsigned long line,
		     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * line_errors_each - what is shown of them: the first ones, or the first of each
 * kind where there are more of several kinds
 * @more: gets how many are not shown, of a kind; of all: kind is NULL
 */
typedef void line_errors_fn(void *arg, const struct line_error *error);
typedef void line_errors_more_fn(void *arg, const char *kind,
				 unsigned long count);
void line_errors_each(const struct line_errors *errors, line_errors_fn *each,
		      line_errors_more_fn *more, void *arg);

/* Print "FILE:LINE: MESSAGE" for each, made safe for terminals, how many more
 * there are, and the total, of each kind where they are shown by kinds. */
void line_errors_print(FILE *out, const struct line_errors *errors,
		       const char *file, const char *noun);

/* Accepts one that is all zero. */
void line_errors_free(struct line_errors *errors);

#endif
