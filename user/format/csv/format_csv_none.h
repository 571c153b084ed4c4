/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_NONE_H
#define FORMAT_CSV_NONE_H

#include <stdbool.h>

#include "csv.h"

struct csv_table;
struct format_read;
struct rule_field;
struct rule_fields;

/*
 * csv_row_none - whether a row of a table is no rule
 * @fields: of the row, cells as they are
 *
 * The header row again, a title, totals, a row that is disabled, and what
 * cannot be a rule: that is noted then.
 */
bool csv_row_none(struct format_read *read, const struct csv_table *table,
		  unsigned long at, const struct csv_record *row,
		  const struct rule_fields *fields);

/* Whether a cell holds a word, ASCII case aside; one of some, up to NULL. */
bool csv_cell_is(const struct rule_field *cell, const char *text);
bool csv_cell_is_any(const struct rule_field *cell, const char *const *texts);

/* Whether a cell says that there is nothing in it: "n/a", "tbd", "#REF!". */
bool csv_cell_is_void(const struct rule_field *cell);

#endif
