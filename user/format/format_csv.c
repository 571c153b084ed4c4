// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "error.h"
#include "format.h"
#include "format_csv.h"
#include "format_csv_write.h"
#include "format_file.h"
#include "format_read.h"
#include "lines.h"
#include "rule_change.h"
#include "rule_text.h"

/* The columns' names, and where each goes. */
static const struct {
	const char *name;
	size_t offset;
	unsigned int key; /* 0: not one; the column is needed */
} columns[] = {
	{"source", offsetof(struct rule_fields, source), 0},
	{"target", offsetof(struct rule_fields, target), 0},
	{"code", offsetof(struct rule_fields, code), 0},
	{"query", offsetof(struct rule_fields, query), RULE_QUERY},
	{"max-age", offsetof(struct rule_fields, max_age), RULE_MAX_AGE},
	{"tag", offsetof(struct rule_fields, tag), RULE_TAG},
	{"note", offsetof(struct rule_fields, note), RULE_NOTE},
	{"scheme", offsetof(struct rule_fields, scheme), RULE_SCHEME},
	{"case", offsetof(struct rule_fields, ignore_case), RULE_CASE},
	{"first", offsetof(struct rule_fields, first), RULE_FIRST},
	{"final", offsetof(struct rule_fields, final), RULE_FINAL},
	{"header", offsetof(struct rule_fields, header[0]), RULE_HEADER},
	{"header2", offsetof(struct rule_fields, header[1]), RULE_HEADER},
	{"header3", offsetof(struct rule_fields, header[2]), RULE_HEADER},
	{"header4", offsetof(struct rule_fields, header[3]), RULE_HEADER},
};

enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

/* The table's columns. */
struct table {
	struct format_read *read;
	struct format_file *file;
	unsigned int used;	      /* columns of the file */
	unsigned char order[COLUMNS]; /* which each of them is */
};

/* Take one name of the header row; seen has a bit for each column so far. */
static int header_column(struct table *table, const struct csv_field *field,
			 unsigned int *seen)
{
	const char *name = lines_name(table->file->lines);
	struct rule_error error;
	struct rule_quote quote;
	unsigned int i;

	if (rule_text_check_seen("header row", field->text, field->len, &error))
		return error_set(-EINVAL, "%s: %s: column %u: %s", name,
				 error.field, table->used + 1, error.reason);
	for (i = 0; i < COLUMNS; i++)
		if (strlen(columns[i].name) == field->len &&
		    !strncasecmp(columns[i].name, field->text, field->len))
			break;
	if (i == COLUMNS)
		return error_set(-EINVAL, "%s: header row: unknown column %s",
				 name,
				 rule_quote(&quote, field->text, field->len));
	if (*seen & 1U << i)
		return error_set(-EINVAL, "%s: header row: column '%s' twice",
				 name, columns[i].name);
	*seen |= 1U << i;
	table->order[table->used++] = i;
	return 0;
}

static int header_read(struct table *table)
{
	const char *name = lines_name(table->file->lines), *reason;
	struct csv_record record;
	unsigned int i, seen = 0;
	int got;

	got = csv_next(table->file->lines, &record, &reason);
	if (got == -EINVAL)
		return error_set(got, "%s: header row: %s", name, reason);
	if (got < 0)
		return got;
	if (!got)
		return error_set(-EINVAL, "%s: no header row", name);
	for (i = 0; i < record.fields; i++) {
		int err = header_column(table, &record.field[i], &seen);

		if (err)
			return err;
	}
	for (i = 0; i < COLUMNS; i++)
		if (!columns[i].key && !(seen & 1U << i))
			return error_set(-EINVAL,
					 "%s: header row: no column '%s'", name,
					 columns[i].name);
	return 0;
}

static int record_give(struct table *table, const struct csv_record *record)
{
	unsigned long at =
		format_at_line(table->read, table->file, record->line);
	struct rule_fields fields = {0};
	unsigned int i;

	if (record->fields != table->used) {
		format_error(table->read, at, "line",
			     "%u fields; the header row has %u", record->fields,
			     table->used);
		return 0;
	}
	for (i = 0; i < record->fields; i++) {
		size_t offset = columns[table->order[i]].offset;
		struct rule_field *field = (void *)((char *)&fields + offset);

		field->text = record->field[i].text;
		field->len = record->field[i].len;
	}
	return format_give(table->read, at, &fields);
}

static int csv_read(struct format_read *read, struct format_file *file)
{
	struct table table = {.read = read, .file = file};
	struct csv_record record;
	const char *reason;
	unsigned int i;
	int err = header_read(&table), got;

	for (i = 0; i < table.used; i++)
		read->keys |= columns[table.order[i]].key;
	while (!err && (got = csv_next(file->lines, &record, &reason))) {
		if (got == -EINVAL)
			format_error(read,
				     format_at_line(read, file, record.line),
				     "line", "%s", reason);
		else
			err = got < 0 ? got : record_give(&table, &record);
	}
	return err;
}

static bool csv_is(const struct format_head *head)
{
	(void)head;
	return false;
}

const struct format format_csv = {
	.name = "csv",
	.about = "a table with a header row",
	.is = csv_is,
	.read = csv_read,
	.writer = &format_csv_writer,
};
