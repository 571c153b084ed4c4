/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_TABLE_H
#define FORMAT_CSV_TABLE_H

#include <stdbool.h>

#include "csv.h"
#include "format_csv_name.h"
#include "rule.h"

struct format_head;

/* Whose tables are told apart, since cells mean other things in them. */
enum csv_kind {
	CSV_OWN,   /* detour's: source, target, code; rows are as wide as it */
	CSV_PLAIN, /* of people; sources and targets are as rules have them */
	/* sources and targets are URLs, and nothing else */
	CSV_CRAWL,     /* what a crawler saw: Address, Redirect URL */
	CSV_WORDPRESS, /* the plugin Redirection */
	CSV_GOVUK,     /* GOV.UK Transition */
	CSV_FLECTO,
	CSV_LINKS, /* pages and what they link to: no redirects */
};

/* Which columns a table has, and where. */
struct csv_table {
	char separator;
	enum csv_kind kind;
	unsigned int columns;  /* as wide as the header row is; 0: no header */
	int column[CSV_ROLES]; /* from 0; -1: none */
	char names[2][64];     /* of the columns of source and target; cut */
};

/* Rows at most before the header row: titles. */
enum { CSV_TITLES = 20 };

/* The cell of a role: cut, unless the table is detour's own; without a text
 * where the table has no such column. */
struct rule_field csv_table_cell(const struct csv_table *table,
				 const struct csv_record *row,
				 enum csv_role role);

/*
 * csv_table_header - find the columns by the names in a row
 *
 * Returns 1, 0 for a row that names no source and target, or has a code in it,
 * or -EINVAL with *twice, the name that is there twice. The separator stays.
 */
int csv_table_header(struct csv_table *table, const struct csv_record *row,
		     const char **twice);

/* Find the separator and the header row in a file's beginning, for telling what
 * it is. Returns whether there are any. */
bool csv_table_find(struct csv_table *table, const struct format_head *head);

/*
 * csv_table_codes - the column whose cells are all codes, though its name is
 * none of a column of codes
 * @table: with the separator and the columns of the header row
 *
 * Returns its number, from 0; -1: there is none in the file's beginning.
 */
int csv_table_codes(const struct csv_table *table,
		    const struct format_head *head);

/* Write the names of the columns that are not read, as a message has them; ""
 * if there are none. */
void csv_table_unread(char *dst, unsigned int size,
		      const struct csv_table *table,
		      const struct csv_record *header);

#endif
