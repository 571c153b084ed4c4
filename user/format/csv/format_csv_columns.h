/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_COLUMNS_H
#define FORMAT_CSV_COLUMNS_H

#include <stdbool.h>

#include "csv.h"

struct csv_table;

/*
 * csv_columns_read - find the columns as --columns says
 * @text: "source=2,target=3,code=5": detour's names, and numbers from 1
 *
 * Returns 0 or -EINVAL with error_set(). The separator stays.
 */
int csv_columns_read(struct csv_table *table, const char *text);

/* Whether the first row of such a table has names, and no rule: its source is a
 * name that is known, or neither source nor target look like addresses. */
bool csv_columns_header(const struct csv_table *table,
			const struct csv_record *row);

#endif
