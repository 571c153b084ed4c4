// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "csv.h"
#include "error.h"
#include "lines.h"
#include "reader.h"
#include "rule_change.h"
#include "rule_apex.h"
#include "rule_error.h"
#include "rule_line.h"
#include "rule_make.h"
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

struct reader {
	struct lines *lines;
	enum reader_format format;
	unsigned int used;	      /* columns of the file */
	unsigned char order[COLUMNS]; /* which each of them is */
	struct rule_buffer buffer;
	unsigned long line; /* of the rule given last */
	bool held;	    /* it is ".name", and its apex is still to come */
	struct rule apex;
};

/* Take one name of the header row; seen has a bit for each column so far. */
static int header_column(struct reader *reader, const struct csv_field *field,
			 unsigned int *seen)
{
	const char *name = lines_name(reader->lines);
	struct rule_error error;
	struct rule_quote quote;
	unsigned int i;

	if (rule_text_check_seen("header row", field->text, field->len, &error))
		return error_set(-EINVAL, "%s: %s: column %u: %s", name,
				 error.field, reader->used + 1, error.reason);
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
	reader->order[reader->used++] = i;
	return 0;
}

static int header_read(struct reader *reader)
{
	const char *name = lines_name(reader->lines), *reason;
	struct csv_record record;
	unsigned int i, seen = 0;
	int got;

	got = csv_next(reader->lines, &record, &reason);
	if (got == -EINVAL)
		return error_set(got, "%s: header row: %s", name, reason);
	if (got < 0)
		return got;
	if (!got)
		return error_set(-EINVAL, "%s: no header row", name);
	for (i = 0; i < record.fields; i++) {
		int err = header_column(reader, &record.field[i], &seen);

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

int reader_open(struct reader **out, const char *path,
		enum reader_format format)
{
	struct reader *reader;
	int err;

	reader = malloc(sizeof(*reader));
	if (!reader)
		return error_sys(-ENOMEM, "cannot open %s", path);
	reader->format = format;
	reader->used = 0;
	reader->lines = NULL;
	reader->held = false;
	err = lines_open(&reader->lines, path);
	if (!err && format == READER_CSV)
		err = header_read(reader);
	if (err)
		reader_close(reader);
	else
		*out = reader;
	return err;
}

static int next_line(struct reader *reader, struct rule *rule,
		     unsigned long *number, struct rule_error *error)
{
	const char *reason;
	struct line line;
	int got;

	do {
		got = lines_next(reader->lines, &line, &reason);
		*number = line.number;
		if (got == -EINVAL)
			return rule_fail(error, "line", "%s", reason);
		if (got <= 0)
			return got;
		got = rule_parse(rule, &reader->buffer, line.text, line.len,
				 error);
	} while (!got);
	return got;
}

static int next_record(struct reader *reader, struct rule *rule,
		       unsigned long *number, struct rule_error *error)
{
	struct rule_fields fields = {0};
	struct csv_record record;
	const char *reason;
	unsigned int i;
	int got;

	got = csv_next(reader->lines, &record, &reason);
	*number = record.line;
	if (got == -EINVAL)
		return rule_fail(error, "line", "%s", reason);
	if (got <= 0)
		return got;
	if (record.fields != reader->used)
		return rule_fail(error, "line",
				 "%u fields; the header row has %u",
				 record.fields, reader->used);
	for (i = 0; i < record.fields; i++) {
		size_t offset = columns[reader->order[i]].offset;
		struct rule_field *field = (void *)((char *)&fields + offset);

		field->text = record.field[i].text;
		field->len = record.field[i].len;
	}
	got = rule_make(rule, &reader->buffer, &fields, error);
	return got ? got : 1;
}

int reader_next(struct reader *reader, struct rule *rule, unsigned long *line,
		struct rule_error *error)
{
	int got;

	if (reader->held) {
		reader->held = false;
		*line = reader->line;
		*rule = reader->apex;
		return 1;
	}
	got = reader->format == READER_CSV
		      ? next_record(reader, rule, line, error)
		      : next_line(reader, rule, line, error);
	if (got <= 0)
		return got;
	reader->line = *line;
	reader->held = rule_apex(&reader->apex, &reader->buffer, rule);
	return got;
}

unsigned int reader_keys(const struct reader *reader)
{
	unsigned int keys = 0, i;

	if (reader->format == READER_RULES)
		return RULE_KEYS;
	for (i = 0; i < reader->used; i++)
		keys |= columns[reader->order[i]].key;
	return keys;
}

void reader_close(struct reader *reader)
{
	if (!reader)
		return;
	lines_close(reader->lines);
	free(reader);
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcasecmp(text + len - end_len, end);
}

enum reader_format reader_format_of(const char *path)
{
	return ends_with(path, ".csv") || ends_with(path, ".csv.gz")
		       ? READER_CSV
		       : READER_RULES;
}
