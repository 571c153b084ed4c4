/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdbool.h>
#include <stddef.h>

struct format_file;
struct format_head;
struct format_read;
struct format_writer;

/*
 * How redirects are written down, by detour and by other systems: a format each
 * has a file of its own, format_NAME.c or more of them, and is in the table of
 * formats.c.
 */
struct format {
	const char *name;  /* of --format */
	const char *about; /* what it is, in a few words */
	/* Whether a file's beginning shows that it is one. */
	bool (*is)(const struct format_head *head);
	/* Give all rules of a file to format_give() (format_read.h). What is
	 * wrong with lines, and what cannot be said, is no error. Returns 0 or
	 * -errno with error_set(). NULL: it can be written alone. */
	int (*read)(struct format_read *read, struct format_file *file);
	/* NULL: it can be read alone. */
	const struct format_writer *writer;
	/* Of two rules of a source the first counts; else the later one is an
	 * error. */
	bool first_counts;
	bool carries_all; /* options supply nothing */
};

#endif
