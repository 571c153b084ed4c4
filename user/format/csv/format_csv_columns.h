/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_COLUMNS_H
#define FORMAT_CSV_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"

struct csv_table;
struct format_head;

/*
 * csv_columns_read - find the columns as --columns says
 * @text: "source=2,target=3,code=5": detour's names, and numbers from 1
 *
 * Returns 0 or -EINVAL with error_set(). The separator stays.
 */
int csv_columns_read(struct csv_table *table, const char *text);

/* Find the separator of such a table. Returns how many rows, but for empty ones,
 * are titles, before a row of names or before the first one with an address. */
unsigned int csv_columns_titles(struct csv_table *table,
				const struct format_head *head);

/* Write what --columns may be given for a table, by what its first rows hold. */
void csv_columns_say(char *dst, size_t size, const struct format_head *head,
		     char separator);

/* Say that no header row was found in so many rows, with what csv_columns_say()
 * wrote; the table's columns are of the first of them. Returns -EINVAL. */
int csv_columns_missing(const struct csv_table *table, const char *name,
			unsigned int rows, const char *say);

/* Whether the first row of such a table has names, and no rule: its source is a
 * name that is known, or neither source nor target look like addresses. */
bool csv_columns_header(const struct csv_table *table,
			const struct csv_record *row);

#endif
