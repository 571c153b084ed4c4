/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMATS_H
#define FORMATS_H

#include <stdbool.h>
#include <stddef.h>

struct format;
struct format_head;
struct format_read;

/* All formats that there are. */

/* The format of a name, or NULL. */
const struct format *format_find(const char *name);

/* Format number i, from 0; NULL behind the last one. */
const struct format *format_at(size_t i);

/* The names of those that can be read, or written, for messages:
 * "rules, csv, ...". */
const char *format_names(bool write);

/* The format that a file's beginning is of: the first in the table that says
 * so, else csv by its name, else rules. */
const struct format *format_guess(const struct format_head *head);

/*
 * formats_read - read a file, and what it includes
 * @read: options, take, arg, format and errors are set, all else is zero; a
 *        file of which columns are numbered is a table
 * @path: "-" is standard input
 *
 * Returns 0 or -errno with error_set(); read->format is then the file's.
 */
int formats_read(struct format_read *read, const char *path);

#endif
