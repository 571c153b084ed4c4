// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
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
