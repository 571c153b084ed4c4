// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_cells.h"
#include "format_csv_columns.h"
#include "format_csv_table.h"
#include "rule_code.h"

static int role_find(const char *text, size_t len)
{
	unsigned int rank;
	enum csv_role role = csv_name(text, len, &rank);

	return rank == CSV_NAME_OWN ? (int)role : -1;
}

/* Read one "name=number". */
static int column_read(struct csv_table *table, const char *text, size_t len)
{
	const char *equal = memchr(text, '=', len);
	int role = equal ? role_find(text, equal - text) : -1;
	unsigned long column;
	char *end;

	if (role < 0)
		return error_set(
			-EINVAL,
			"--columns: '%.*s' is no NAME=NUMBER of a column such as source=2",
			(int)len, text);
	column = strtoul(equal + 1, &end, 10);
	if (end != text + len || end == equal + 1 || !column ||
	    column > CSV_FIELDS)
		return error_set(
			-EINVAL,
			"--columns: '%.*s': columns are numbered from 1 to %d",
			(int)len, text, CSV_FIELDS);
	if (table->column[role] >= 0)
		return error_set(-EINVAL, "--columns: '%s' twice",
				 csv_name_own(role));
	table->column[role] = column - 1;
	return 0;
}

int csv_columns_read(struct csv_table *table, const char *text)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < CSV_ROLES; i++)
		table->column[i] = -1;
	table->kind = CSV_PLAIN;
	table->columns = 0;
	while (!err) {
		size_t len = strcspn(text, ",");

		err = column_read(table, text, len);
		if (!text[len])
			break;
		text += len + 1;
	}
	for (i = CSV_SOURCE; !err && i <= CSV_TARGET; i++)
		if (table->column[i] < 0)
			err = error_set(-EINVAL,
					"--columns: no column '%s' is given",
					csv_name_own(i));
	return err;
}

static struct csv_field cell_of(const struct csv_table *table,
				const struct csv_record *row,
				enum csv_role role)
{
	unsigned int column = table->column[role];

	if (column >= row->fields)
		return (struct csv_field){"", 0};
	return row->field[column];
}

/* A row with a code in its column is no row of names. */
static bool has_code(const struct csv_table *table,
		     const struct csv_record *row)
{
	struct csv_field code;

	if (table->column[CSV_CODE] < 0)
		return false;
	code = cell_of(table, row, CSV_CODE);
	return rule_code_find(code.text, code.len) != NULL;
}

static bool address_like(const struct csv_field *cell)
{
	return memchr(cell->text, '/', cell->len) ||
	       memchr(cell->text, '.', cell->len);
}

/* The columns that hold two addresses and a code, in a row; from 1, or 0. */
static void row_columns(const struct csv_record *row, unsigned int columns[3])
{
	unsigned int i;

	memset(columns, 0, 3 * sizeof(*columns));
	for (i = 0; i < row->fields && i < CSV_FIELDS; i++) {
		const struct csv_field *cell = &row->field[i];

		if (rule_code_find(cell->text, cell->len))
			columns[2] = i + 1;
		else if (memchr(cell->text, '/', cell->len) && !columns[1])
			columns[columns[0] ? 1 : 0] = i + 1;
	}
}

void csv_columns_say(char *dst, size_t size, const struct format_head *head,
		     char separator)
{
	unsigned int columns[3] = {0}, rows = 0;
	struct csv_record row;
	size_t at = 0;

	while (!columns[1] && rows++ <= CSV_TITLES &&
	       format_cells_next(head, &at, separator, &row))
		row_columns(&row, columns);
	if (!columns[1])
		snprintf(dst, size, "source=1,target=2,code=3");
	else if (columns[2])
		snprintf(dst, size, "source=%u,target=%u,code=%u", columns[0],
			 columns[1], columns[2]);
	else
		snprintf(dst, size, "source=%u,target=%u with --code CODE",
			 columns[0], columns[1]);
}

/* How many of the first rows have the columns. */
static unsigned int rows_wide(const struct csv_table *table,
			      const struct format_head *head, char separator)
{
	int last = table->column[CSV_SOURCE];
	unsigned int rows = 0, wide = 0;
	struct csv_record row;
	size_t at = 0;

	if (table->column[CSV_TARGET] > last)
		last = table->column[CSV_TARGET];
	while (rows++ <= CSV_TITLES &&
	       format_cells_next(head, &at, separator, &row))
		wide += (int)row.fields > last;
	return wide;
}

static char separator_find(const struct csv_table *table,
			   const struct format_head *head)
{
	char best = format_cells_separator(head);
	unsigned int most = rows_wide(table, head, best), wide;
	const char *all;

	for (all = FORMAT_SEPARATORS; *all; all++) {
		wide = rows_wide(table, head, *all);
		if (wide > most) {
			most = wide;
			best = *all;
		}
	}
	return best;
}

unsigned int csv_columns_titles(struct csv_table *table,
				const struct format_head *head)
{
	unsigned int rows = 0, empty = 0;
	struct csv_record row;
	size_t at = 0;

	table->separator = separator_find(table, head);
	while (rows <= CSV_TITLES &&
	       format_cells_next(head, &at, table->separator, &row)) {
		struct csv_field source = cell_of(table, &row, CSV_SOURCE);
		struct csv_field target = cell_of(table, &row, CSV_TARGET);

		if (csv_columns_header(table, &row))
			return rows;
		if (address_like(&source) && target.len)
			break;
		if (empty == rows && !source.len && !target.len)
			empty++;
		rows++;
	}
	return empty;
}

bool csv_columns_header(const struct csv_table *table,
			const struct csv_record *row)
{
	struct csv_field source = cell_of(table, row, CSV_SOURCE);
	struct csv_field target = cell_of(table, row, CSV_TARGET);
	unsigned int rank;

	if (has_code(table, row))
		return false;
	return csv_name(source.text, source.len, &rank) == CSV_SOURCE ||
	       csv_name(target.text, target.len, &rank) == CSV_TARGET ||
	       (source.len && target.len && !address_like(&source) &&
		!address_like(&target) && target.len > 1);
}

int csv_columns_missing(const struct csv_table *table, const char *name,
			unsigned int rows, const char *say)
{
	const char *missing = "s 'source' and 'target'", * or = "";

	if (!rows)
		return error_set(-EINVAL, "%s: no header row", name);
	if (table->column[CSV_SOURCE] >= 0)
		missing = " 'target'";
	else if (table->column[CSV_TARGET] >= 0)
		missing = " 'source'";
	else
		or = ", --format cloudflare that it is Cloudflare's";
	return error_set(-EINVAL,
			 "%s: %s column%s; --columns %s says which are which%s",
			 name, * or ? "no header row with" : "header row: no",
			 missing, say, or);
}
