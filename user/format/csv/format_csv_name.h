/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_NAME_H
#define FORMAT_CSV_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* What a column of a table is for. */
enum csv_role {
	CSV_SOURCE,
	CSV_TARGET,
	CSV_CODE,
	/* keys, as rules have them */
	CSV_QUERY,
	CSV_MAX_AGE,
	CSV_TAG,
	CSV_NOTE,
	CSV_SCHEME,
	CSV_CASE,
	CSV_FIRST,
	CSV_FINAL,
	CSV_HEADER,
	CSV_HEADER_LAST = CSV_HEADER + 3,
	/* what other systems say of a row */
	CSV_TYPE,    /* "url", "error", "archive" */
	CSV_STATE,   /* "disabled" */
	CSV_MATCH,   /* whether the source is an expression: "1", "regex" */
	CSV_ARCHIVE, /* tells GOV.UK's tables; not read */
	CSV_LINK,    /* tells lists of links; not read */
	CSV_ROLES
};

/* How a name says it: the lower, the surer. */
enum { CSV_NAME_OWN = 0, CSV_NAME_WORDS = 30, CSV_NAME_UNKNOWN = 99 };

/*
 * csv_name - what a column is for, by its name in the header row
 *
 * Case, blanks, '_', '-' and brackets do not count. Returns the role, or
 * CSV_ROLES for a name that is not known. rank: CSV_NAME_OWN for detour's own
 * names; of two other names the lower one counts. CSV_NAME_WORDS: by its words
 * (format_csv_words.h).
 */
enum csv_role csv_name(const char *text, size_t len, unsigned int *rank);

/* detour's own name of a role up to CSV_HEADER_LAST. */
const char *csv_name_own(enum csv_role role);

#endif
