/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef READER_H
#define READER_H

#include "rule.h"

/*
 * Rules out of a file, one by one, whatever its format: plain or gzip, LF or
 * CRLF, with or without a BOM. Memory does not grow with the input.
 */
struct reader;

enum reader_format {
	READER_RULES, /* lines of SOURCE TARGET CODE [key=value ...] */
	READER_CSV,   /* RFC 4180 with a header row: source,target,code and
		       * optionally query, max-age, tag, note, scheme, case,
		       * first, final, header, header2, header3, header4, in any
		       * order */
};

/*
 * reader_open - open a file for reading
 * @path: "-" is standard input
 *
 * For READER_CSV the header row is read and checked here.
 * Returns 0 or -errno with error_set().
 */
int reader_open(struct reader **reader, const char *path,
		enum reader_format format);

/*
 * reader_next - the next rule
 * @line: receives the number of the line that the rule begins on, from 1
 *
 * A source ".name" gives two rules, one after the other, with one number.
 * Returns 1 with a rule (its texts are valid until the next call), 0 at the
 * end, -EINVAL for a bad line with *error filled (the next call goes on behind
 * it), and any other -errno, with error_set(), when the file itself cannot be
 * read on (I/O error, broken gzip).
 */
int reader_next(struct reader *reader, struct rule *rule, unsigned long *line,
		struct rule_error *error);

/* The keys that a row says something about: enum rule_keys. A CSV says nothing
 * about those that it has no column for, a line of rules about all. */
unsigned int reader_keys(const struct reader *reader);

void reader_close(struct reader *reader); /* accepts NULL */

/* The format that a file name stands for: .csv and .csv.gz are CSV. */
enum reader_format reader_format_of(const char *path);

#endif
