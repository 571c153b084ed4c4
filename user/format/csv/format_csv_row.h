/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_ROW_H
#define FORMAT_CSV_ROW_H

#include <stdbool.h>

#include "csv.h"

struct csv_table;
struct format_read;

/* Whether a row is of separators alone. */
bool csv_row_is_empty(const struct csv_record *row);

/* What to do about a line that cannot be read, to follow the reason; or "". */
const char *csv_advice(const char *reason);

/*
 * csv_row_give - give the rules of a row of a table
 *
 * What is wrong with it is noted; rows of separators alone are passed over, and
 * rows that do not count are findings. Returns 0 or -errno with error_set().
 */
int csv_row_give(struct format_read *read, const struct csv_table *table,
		 unsigned long at, const struct csv_record *row);

#endif
