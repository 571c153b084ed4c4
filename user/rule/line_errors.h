/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINE_ERRORS_H
#define LINE_ERRORS_H

#include <stdio.h>

/* What is wrong with the lines of a file: the first of them by line number,
 * in whatever order they are found, and how many there are in all. */
enum { REPORT_MAX = 100 };

struct report {
	struct report_item {
		unsigned long line;
		char *text;
	} items[REPORT_MAX];
	unsigned int count;
	unsigned long total;
};

/* Add a message about a line. */
void report_add(struct report *report, unsigned long line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Print "FILE:LINE: MESSAGE" for each, made safe for terminals, and how many
 * more there are. */
void report_print(FILE *out, const struct report *report, const char *file,
		  const char *noun);

/* Accepts one that is all zero. */
void report_free(struct report *report);

#endif
