// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "csv.h"
#include "error.h"
#include "format.h"
#include "format_cells.h"
#include "format_file.h"
#include "format_head.h"
#include "format_read.h"
#include "format_vercel.h"
#include "format_vercel_object.h"
#include "format_vercel_row.h"
#include "lines.h"
#include "rule_change.h"

/* Where each field stands in a table; -1: nowhere. */
struct columns {
	int at[VERCEL_FIELDS];
	unsigned int count; /* of the header row */
};

static void columns_read(struct columns *columns, const struct csv_record *row)
{
	unsigned int i;

	columns->count = row->fields;
	for (i = 0; i < VERCEL_FIELDS; i++)
		columns->at[i] = -1;
	for (i = 0; i < row->fields && i < CSV_FIELDS; i++) {
		enum vercel_field field =
			vercel_field(row->field[i].text, row->field[i].len);

		if (field != VERCEL_FIELDS)
			columns->at[field] = i;
	}
}

static void unread_report(struct format_read *read, unsigned long at,
			  const struct csv_record *row)
{
	struct rule_quote quote;
	unsigned int i;

	for (i = 0; i < row->fields && i < CSV_FIELDS; i++)
		if (vercel_field(row->field[i].text, row->field[i].len) ==
		    VERCEL_FIELDS)
			format_left_out(read, at, "column", "%s",
					rule_quote(&quote, row->field[i].text,
						   row->field[i].len));
}

static int header_read(struct format_read *read, struct format_file *file,
		       struct columns *columns)
{
	const char *name = lines_name(file->lines), *reason;
	struct csv_record row;
	int got = csv_next(file->lines, ',', &row, &reason);

	if (got == -EINVAL)
		return error_set(got, "%s: header row: %s", name, reason);
	if (got < 0)
		return got;
	if (!got)
		return error_set(-EINVAL, "%s: no header row", name);
	columns_read(columns, &row);
	if (columns->at[VERCEL_SOURCE] < 0 ||
	    columns->at[VERCEL_DESTINATION] < 0)
		return error_set(
			-EINVAL,
			"%s: header row: no columns 'source' and 'destination'",
			name);
	unread_report(read, format_at_line(read, file, row.line), &row);
	return 0;
}

static int row_give(struct format_read *read, unsigned long at,
		    const struct columns *columns, const struct csv_record *row)
{
	struct rule_field cells[VERCEL_FIELDS];
	bool filled = false;
	unsigned int i;

	for (i = 0; i < row->fields && i < CSV_FIELDS; i++)
		filled |= row->field[i].len != 0;
	if (!filled)
		return 0;
	if (row->fields > columns->count) {
		format_error(read, at, "line",
			     "%u fields; the header row has %u", row->fields,
			     columns->count);
		return 0;
	}
	for (i = 0; i < VERCEL_FIELDS; i++) {
		unsigned int column = columns->at[i];

		cells[i] = (struct rule_field){"", 0};
		if (columns->at[i] >= 0 && column < row->fields)
			cells[i] = (struct rule_field){row->field[column].text,
						       row->field[column].len};
	}
	return vercel_row_give(read, at, cells);
}

static int table_read(struct format_read *read, struct format_file *file)
{
	struct columns columns;
	struct csv_record row;
	const char *reason;
	int err = header_read(read, file, &columns), got;

	while (!err && (got = csv_next(file->lines, ',', &row, &reason))) {
		unsigned long at =
			got == 1 || got == -EINVAL
				? format_at_line(read, file, row.line)
				: 0;

		if (got == -EINVAL)
			format_error(read, at, "line", "%s", reason);
		else
			err = got < 0 ? got
				      : row_give(read, at, &columns, &row);
	}
	return err;
}

static bool is_json(const struct format_head *head)
{
	struct format_piece line;
	size_t at = 0;

	return format_head_line(head, &at, '\0', &line)
		       ? *line.text == '[' || *line.text == '{'
		       : head->len &&
				 (*head->text == '[' || *head->text == '{');
}

static int vercel_read(struct format_read *read, struct format_file *file)
{
	struct format_head head;
	int err = format_file_head(file, &head);

	read->keys = RULE_QUERY | RULE_CASE;
	if (err)
		return err;
	return is_json(&head) ? vercel_objects_read(read, file)
			      : table_read(read, file);
}

/* A header row with names that others do not have, and then paths. */
static bool table_is(const struct format_head *head)
{
	struct columns columns;
	struct csv_record row;
	size_t at = 0;

	if (!format_cells_next(head, &at, ',', &row))
		return false;
	columns_read(&columns, &row);
	if (columns.at[VERCEL_SOURCE] < 0 ||
	    columns.at[VERCEL_DESTINATION] < 0 ||
	    (columns.at[VERCEL_PERMANENT] < 0 &&
	     columns.at[VERCEL_STATUS] < 0 && columns.at[VERCEL_CASE] < 0))
		return false;
	if (!format_cells_next(head, &at, ',', &row))
		return true;
	return (unsigned int)columns.at[VERCEL_SOURCE] < row.fields &&
	       row.field[columns.at[VERCEL_SOURCE]].len &&
	       *row.field[columns.at[VERCEL_SOURCE]].text == '/';
}

static bool vercel_is(const struct format_head *head)
{
	return is_json(head) ? vercel_object_is(head->text, head->len)
			     : table_is(head);
}

const struct format format_vercel = {
	.name = "vercel",
	.about = "Vercel's bulk redirects: CSV, JSON or JSONL",
	.is = vercel_is,
	.read = vercel_read,
};
