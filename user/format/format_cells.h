/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CELLS_H
#define FORMAT_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "csv.h"

struct format_head;

/* What parts the cells of tables, the usual one first. */
#define FORMAT_SEPARATORS ",;\t|"

/*
 * format_cells_next - the next row of a table in a file's beginning
 * @at: where it begins; 0 before the first
 *
 * As csv_next() has records; but doubled quotes stay, and nothing is an error.
 * Rows of blanks and separators alone are passed over, and a last row that is
 * cut off. Returns false behind the last one.
 */
bool format_cells_next(const struct format_head *head, size_t *at,
		       char separator, struct csv_record *row);

/* The separator that the first row has most of. */
char format_cells_separator(const struct format_head *head);

#endif
