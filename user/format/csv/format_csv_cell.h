/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_CELL_H
#define FORMAT_CSV_CELL_H

#include <stdbool.h>

struct format_read;
struct rule_fields;

/* How a source is compared. */
enum csv_match {
	CSV_MATCH_LITERAL,
	CSV_MATCH_PREFIX,
	CSV_MATCH_REGEX,
	CSV_MATCH_OTHER, /* a piece of the path, its end */
};

/*
 * csv_cell_give - give a rule of addresses as people have them in tables
 * @literal: they are URLs, and nothing in them is rules' own syntax
 * @match:   CSV_MATCH_LITERAL or CSV_MATCH_PREFIX
 * @page:    an address without a path is that of "/"
 *
 * Old addresses with a fragment or a port cannot be said; one without a scheme
 * and without a dot before its first '/' is a path where a host is given. New
 * ones that look like a host without a scheme are an error. Returns 0 or -errno
 * with error_set().
 */
int csv_cell_give(struct format_read *read, unsigned long at,
		  struct rule_fields *fields, bool literal,
		  enum csv_match match, bool page);

#endif
