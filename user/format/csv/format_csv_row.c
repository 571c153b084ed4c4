// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>

#include "format_csv_cell.h"
#include "format_csv_code.h"
#include "format_csv_none.h"
#include "format_csv_regex.h"
#include "format_csv_row.h"
#include "format_csv_table.h"
#include "format_read.h"
#include "rule_code.h"

/* Where the cells of a role go. */
static const size_t offsets[] = {
	[CSV_SOURCE] = offsetof(struct rule_fields, source),
	[CSV_TARGET] = offsetof(struct rule_fields, target),
	[CSV_CODE] = offsetof(struct rule_fields, code),
	[CSV_QUERY] = offsetof(struct rule_fields, query),
	[CSV_MAX_AGE] = offsetof(struct rule_fields, max_age),
	[CSV_TAG] = offsetof(struct rule_fields, tag),
	[CSV_NOTE] = offsetof(struct rule_fields, note),
	[CSV_SCHEME] = offsetof(struct rule_fields, scheme),
	[CSV_CASE] = offsetof(struct rule_fields, ignore_case),
	[CSV_FIRST] = offsetof(struct rule_fields, first),
	[CSV_FINAL] = offsetof(struct rule_fields, final),
	[CSV_HEADER] = offsetof(struct rule_fields, header[0]),
	[CSV_HEADER + 1] = offsetof(struct rule_fields, header[1]),
	[CSV_HEADER + 2] = offsetof(struct rule_fields, header[2]),
	[CSV_HEADER_LAST] = offsetof(struct rule_fields, header[3]),
};

static bool row_is_empty(const struct csv_record *row, unsigned int from)
{
	unsigned int i;

	for (i = from; i < row->fields && i < CSV_FIELDS; i++)
		if (row->field[i].len)
			return false;
	return row->fields <= CSV_FIELDS;
}

bool csv_row_is_empty(const struct csv_record *row)
{
	return row_is_empty(row, 0);
}

const char *csv_advice(const char *reason)
{
	return strcmp(reason, "not UTF-8")
		       ? ""
		       : "; save it as \"CSV UTF-8\", or have iconv -f WINDOWS-1252 -t UTF-8 make it so";
}

/* Whether a row is as wide as its table. Empty cells at its end may be too many
 * or missing, but not in detour's own tables. */
static bool row_fits(const struct csv_table *table,
		     const struct csv_record *row)
{
	if (!table->columns || row->fields == table->columns)
		return true;
	if (table->kind == CSV_OWN)
		return false;
	return row->fields < table->columns ||
	       row_is_empty(row, table->columns);
}

/* The row as fields of a rule, cells as they are. */
static void row_fields(const struct csv_table *table,
		       const struct csv_record *row, struct rule_fields *fields)
{
	unsigned int role;

	*fields = (struct rule_fields){0};
	for (role = 0; role <= CSV_HEADER_LAST; role++)
		if (table->column[role] >= 0)
			*(struct rule_field *)((char *)fields + offsets[role]) =
				csv_table_cell(table, row, role);
}

static void code_read(struct format_read *read, const struct csv_table *table,
		      unsigned long at, struct rule_fields *fields)
{
	/* what says that it is a redirect, and not which */
	static const char *const any[] = {"redirect", "direct", "wildcard",
					  "external", NULL};
	struct rule_field cell = fields->code;
	bool loose = false;

	if (table->kind == CSV_GOVUK)
		csv_code_govuk(&fields->code, &loose);
	else if (table->kind == CSV_FLECTO)
		csv_code_flecto(&fields->code, &loose);
	else if (table->kind == CSV_PLAIN && csv_cell_is_any(&cell, any))
		fields->code = (struct rule_field){NULL, 0};
	else
		csv_code(&fields->code, &loose);
	if (loose)
		format_differs(read, at, "code",
			       "'%.*s' is taken for %s; a number says which",
			       (int)cell.len, cell.text, fields->code.text);
}

/* What WordPress does with a row is in its type, too. */
static void type_read(const struct csv_table *table,
		      const struct csv_record *row, struct rule_fields *fields)
{
	struct rule_field type = csv_table_cell(table, row, CSV_TYPE);

	if (table->kind == CSV_WORDPRESS && csv_cell_is(&type, "nothing")) {
		fields->code = (struct rule_field){"pass", 4};
		fields->target = (struct rule_field){"-", 1};
	}
	if (table->kind == CSV_OWN)
		return;
	if (csv_cell_is(&fields->code, "410") &&
	    (!fields->target.len || csv_cell_is_void(&fields->target) ||
	     table->kind == CSV_GOVUK))
		fields->target = (struct rule_field){"-", 1};
	if (csv_cell_is(&fields->code, "pass") && !fields->target.len)
		fields->target = (struct rule_field){"-", 1};
}

/* How a row's source is meant. */
static enum csv_match match_of(const struct csv_table *table,
			       const struct csv_record *row)
{
	static const char *const literal[] = {"0",     "no",	     "false",
					      "exact", "plain",	     "url",
					      "basic", "basic_host", NULL};
	static const char *const regex[] = {
		"1", "yes", "true", "regex", "regexp", "regex_host", NULL};
	static const char *const prefix[] = {"start", "starts", "startswith",
					     "prefix", NULL};
	struct rule_field cell = csv_table_cell(table, row, CSV_MATCH);

	if (table->kind == CSV_FLECTO)
		cell = csv_table_cell(table, row, CSV_TYPE);
	if (!cell.len || csv_cell_is_any(&cell, literal))
		return CSV_MATCH_LITERAL;
	if (csv_cell_is_any(&cell, regex))
		return CSV_MATCH_REGEX;
	return csv_cell_is_any(&cell, prefix) ? CSV_MATCH_PREFIX
					      : CSV_MATCH_OTHER;
}

static int rule_give(struct format_read *read, const struct csv_table *table,
		     unsigned long at, const struct csv_record *row,
		     struct rule_fields *fields)
{
	enum csv_match match = match_of(table, row);
	struct rule_field type = csv_table_cell(table, row, CSV_TYPE);
	bool host = csv_cell_is(&type, "regex_host");
	bool literal = table->kind > CSV_PLAIN || table->column[CSV_MATCH] >= 0;

	if (match == CSV_MATCH_REGEX)
		return csv_regex_give(read, at, fields, host);
	if (match == CSV_MATCH_OTHER) {
		format_cannot(read, at, "match", "%.*s: it is no whole path",
			      (int)fields->source.len, fields->source.text);
		return 0;
	}
	if (table->kind == CSV_OWN)
		return format_give(read, at, fields);
	return csv_cell_give(read, at, fields, literal, match,
			     table->kind == CSV_CRAWL ||
				     table->kind == CSV_GOVUK);
}

/* Say which words would do, where a cell is no code and no word for one. */
static bool code_refuse(struct format_read *read, unsigned long at,
			const struct rule_field *code)
{
	struct rule_quote quote;

	if (!code->len || rule_code_find(code->text, code->len) ||
	    memchr("123456789", *code->text, 9))
		return false;
	format_error(
		read, at, "code",
		"%s is none of " RULE_CODES
		", nor a word such as permanent, temporary, gone; has --columns ...,code=NUMBER another column?",
		rule_quote(&quote, code->text, code->len));
	return true;
}

int csv_row_give(struct format_read *read, const struct csv_table *table,
		 unsigned long at, const struct csv_record *row)
{
	struct rule_fields fields;

	if (row_is_empty(row, 0))
		return 0;
	if (!row_fits(table, row)) {
		format_error(read, at, "line",
			     "%u fields; the header row has %u", row->fields,
			     table->columns);
		return 0;
	}
	row_fields(table, row, &fields);
	if (csv_row_none(read, table, at, row, &fields))
		return 0;
	code_read(read, table, at, &fields);
	type_read(table, row, &fields);
	if (table->kind != CSV_OWN && code_refuse(read, at, &fields.code))
		return 0;
	return rule_give(read, table, at, row, &fields);
}
