/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>
#include <stdio.h>

struct lines;

/* The most fields of a record that are kept. */
enum { CSV_FIELDS = 256 };

struct csv_field {
	const char *text; /* without quotes and blanks, not terminated */
	size_t len;
};

struct csv_record {
	unsigned long line;  /* that it begins on */
	unsigned int fields; /* may be more than are kept */
	struct csv_field field[CSV_FIELDS];
};

/*
 * csv_next - the next record (RFC 4180); empty lines are passed over
 * @separator: what parts fields: ',', or ';', a tab, '|'
 *
 * Spaces and tabs around a field, also within its quotes, are cut off. A record
 * may go over several lines and hold LIMIT_LINE bytes. Returns 1 (the texts are
 * valid until the next call) and otherwise as lines_next(): after a bad record
 * it goes on with the line behind the one that the record begins on, so that a
 * quote too many hides no other error.
 */
int csv_next(struct lines *lines, char separator, struct csv_record *record,
	     const char **reason);

/* Cut off, too, what is pasted around a cell and not seen: blanks that do not
 * break a line, and what has no width. */
void csv_trim(struct csv_field *field);

/* Print a field, in quotes where RFC 4180 asks for them. */
void csv_print(FILE *out, const char *text, size_t len);

#endif
