// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "error.h"
#include "format.h"
#include "format_cells.h"
#include "format_csv.h"
#include "format_csv_columns.h"
#include "format_csv_row.h"
#include "format_csv_table.h"
#include "format_csv_write.h"
#include "format_file.h"
#include "format_read.h"
#include "lines.h"
#include "rule_change.h"
#include "rule_error.h"
#include "rule_text.h"

/* The keys that a table can say. */
static const unsigned int keys[] = {
	[CSV_QUERY] = RULE_QUERY,	[CSV_MAX_AGE] = RULE_MAX_AGE,
	[CSV_TAG] = RULE_TAG,		[CSV_NOTE] = RULE_NOTE,
	[CSV_SCHEME] = RULE_SCHEME,	[CSV_CASE] = RULE_CASE,
	[CSV_FIRST] = RULE_FIRST,	[CSV_FINAL] = RULE_FINAL,
	[CSV_HEADER] = RULE_HEADER,	[CSV_HEADER + 1] = RULE_HEADER,
	[CSV_HEADER + 2] = RULE_HEADER, [CSV_HEADER_LAST] = RULE_HEADER,
};

struct reading {
	struct format_read *read;
	struct format_file *file;
	struct csv_table table;
	struct csv_record record; /* the last one */
	int codes;		  /* the column that looks like it, or -1 */
	char say[64];		  /* what --columns may be given */
};

static unsigned long position(struct reading *reading)
{
	return format_at_line(reading->read, reading->file,
			      reading->record.line);
}

/* The line in which a spreadsheet says what parts its cells: "sep=;". */
static bool is_separator_line(const struct csv_record *record)
{
	return record->field[0].len >= 4 &&
	       !strncasecmp(record->field[0].text, "sep=", 4);
}

/* Say what is not read, and what the system that a table is of does otherwise.
 */
static void header_report(struct reading *reading)
{
	struct format_read *read = reading->read;
	unsigned long at = position(reading);
	char names[800];

	csv_table_unread(names, sizeof(names), &reading->table,
			 &reading->record);
	if (*names)
		format_left_out(read, at, "column", "%s", names);
	if (reading->table.kind == CSV_WORDPRESS)
		format_differs(
			read, at, "setting",
			"in WordPress settings that the file does not say tell whether case (case=ignore), a final slash and the query count (query=drop), and the first line that matches wins");
	if (reading->table.kind == CSV_GOVUK)
		format_differs(
			read, at, "setting",
			"Transition ignores case (case=ignore), a final slash and most of the query (query=drop)");
}

/* Without a column for it the code is an option's. */
static int code_check(struct reading *reading)
{
	struct csv_table *table = &reading->table;

	if (table->column[CSV_CODE] < 0 && reading->codes >= 0) {
		table->column[CSV_CODE] = reading->codes;
		format_differs(
			reading->read, position(reading), "code",
			"column %d, '%.*s', holds codes, and is taken for them",
			reading->codes + 1,
			(int)reading->record.field[reading->codes].len,
			reading->record.field[reading->codes].text);
	}
	if (table->column[CSV_CODE] >= 0 || reading->read->options.code)
		return 0;
	return error_set(
		-EINVAL,
		"%s: header row: no column 'code'; --code CODE gives one",
		lines_name(reading->file->lines));
}

/* Refuse one of detour's own names with a character that nobody sees. */
static int names_check(const struct reading *reading)
{
	const struct csv_record *record = &reading->record;
	struct rule_error error;
	unsigned int i, rank;

	for (i = 0; i < record->fields && i < CSV_FIELDS; i++) {
		const struct csv_field *field = &record->field[i];

		csv_name(field->text, field->len, &rank);
		if (rank == CSV_NAME_OWN &&
		    rule_text_check_seen("header row", field->text, field->len,
					 &error))
			return error_set(-EINVAL, "%s: %s: column %u: %s",
					 lines_name(reading->file->lines),
					 error.field, i + 1, error.reason);
	}
	return 1;
}

/* Take a row for the header row, if it is. Returns 1, 0, or -errno. */
static int header_take(struct reading *reading)
{
	const char *twice;
	int got = csv_table_header(&reading->table, &reading->record, &twice);

	if (got == -EINVAL)
		return error_set(got, "%s: header row: column '%s' twice",
				 lines_name(reading->file->lines), twice);
	if (got > 0 && reading->table.kind == CSV_LINKS)
		return error_set(
			-EINVAL,
			"%s: header row: a list of links, not of redirects; --columns %s says which are which",
			lines_name(reading->file->lines), reading->say);
	return got > 0 ? names_check(reading) : got;
}

/* Say what stands before the header row. */
static void title_report(struct reading *reading)
{
	const struct csv_record *record = &reading->record;
	unsigned int i = 0;

	if (is_separator_line(record))
		return;
	while (i < record->fields && i < CSV_FIELDS && !record->field[i].len)
		i++;
	if (i < record->fields && i < CSV_FIELDS)
		format_left_out(reading->read, position(reading),
				"before the header row", "%.*s",
				(int)record->field[i].len,
				record->field[i].text);
}

/* Read up to the header row. */
static int header_read(struct reading *reading)
{
	const char *name = lines_name(reading->file->lines), *reason;
	struct csv_table first;
	unsigned int rows = 0;
	int got;

	while ((got = csv_next(reading->file->lines, reading->table.separator,
			       &reading->record, &reason))) {
		if (got == -EINVAL)
			return error_set(got, "%s: header row: %s%s", name,
					 reason, csv_advice(reason));
		if (got > 0)
			got = header_take(reading);
		if (got)
			return got < 0 ? got : code_check(reading);
		if (!rows++)
			first = reading->table;
		if (rows > CSV_TITLES)
			break;
		title_report(reading);
	}
	if (rows)
		reading->table = first;
	return csv_columns_missing(&reading->table, name, rows, reading->say);
}

/* The next row of a table without names that is no title. As csv_next(). */
static int first_read(struct reading *reading, unsigned int titles)
{
	const struct csv_record *record = &reading->record;
	const char *reason;
	int got;

	while ((got = csv_next(reading->file->lines, reading->table.separator,
			       &reading->record, &reason)) > 0) {
		if (csv_row_is_empty(record))
			continue;
		if (!titles && !is_separator_line(record))
			return got;
		titles -= titles != 0;
		title_report(reading);
	}
	if (got == -EINVAL)
		format_error(reading->read, position(reading), "line", "%s%s",
			     reason, csv_advice(reason));
	return got;
}

/* With --columns a row below the titles may have names. Returns 0 or -errno. */
static int columns_begin(struct reading *reading, unsigned int titles)
{
	int got = first_read(reading, titles);

	if (got <= 0)
		return got == -EINVAL ? 0 : got;
	if (!csv_columns_header(&reading->table, &reading->record))
		return csv_row_give(reading->read, &reading->table,
				    position(reading), &reading->record);
	reading->table.columns = reading->record.fields;
	format_left_out(reading->read, position(reading), "header row",
			"%.*s ...", (int)reading->record.field[0].len,
			reading->record.field[0].text);
	return 0;
}

static int table_begin(struct reading *reading)
{
	const char *columns = reading->read->options.columns;
	struct format_head head;
	int err = format_file_head(reading->file, &head);

	if (err)
		return err;
	if (columns) {
		err = csv_columns_read(&reading->table, columns);
		if (!err)
			err = code_check(reading);
		return err ? err
			   : columns_begin(reading,
					   csv_columns_titles(&reading->table,
							      &head));
	}
	if (!csv_table_find(&reading->table, &head))
		reading->table.separator = format_cells_separator(&head);
	csv_columns_say(reading->say, sizeof(reading->say), &head,
			reading->table.separator);
	if (reading->table.columns && reading->table.kind == CSV_PLAIN &&
	    reading->table.column[CSV_CODE] < 0)
		reading->codes = csv_table_codes(&reading->table, &head);
	err = header_read(reading);
	if (!err)
		header_report(reading);
	return err;
}

static int csv_read(struct format_read *read, struct format_file *file)
{
	struct reading reading = {.read = read, .file = file, .codes = -1};
	const char *reason;
	unsigned int i;
	int err = table_begin(&reading), got;

	for (i = CSV_QUERY; i <= CSV_HEADER_LAST; i++)
		if (reading.table.column[i] >= 0)
			read->keys |= keys[i];
	while (!err && (got = csv_next(file->lines, reading.table.separator,
				       &reading.record, &reason))) {
		if (got == -EINVAL)
			format_error(read, position(&reading), "line", "%s%s",
				     reason, csv_advice(reason));
		else
			err = got < 0 ? got
				      : csv_row_give(read, &reading.table,
						     position(&reading),
						     &reading.record);
	}
	return err;
}

static bool csv_is(const struct format_head *head)
{
	struct csv_table table;

	return csv_table_find(&table, head);
}

const struct format format_csv = {
	.name = "csv",
	.about = "a table with a header row",
	.is = csv_is,
	.read = csv_read,
	.writer = &format_csv_writer,
};
