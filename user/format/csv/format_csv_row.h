/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CSV_ROW_H
#define FORMAT_CSV_ROW_H

#include "csv.h"

struct csv_table;
struct format_read;

/*
 * csv_row_give - give the rules of a row of a table
 *
 * What is wrong with it is noted; rows of separators alone are passed over, and
 * rows that do not count are findings. Returns 0 or -errno with error_set().
 */
int csv_row_give(struct format_read *read, const struct csv_table *table,
		 unsigned long at, const struct csv_record *row);

#endif
