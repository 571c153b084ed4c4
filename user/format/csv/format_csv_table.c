// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "format_cells.h"
#include "format_csv_code.h"
#include "format_csv_table.h"
#include "rule_code.h"
#include "rule_error.h"

/* How sure each role's column is, by its name. */
typedef unsigned int csv_ranks[CSV_ROLES];

static bool has(const struct csv_table *table, enum csv_role role)
{
	return table->column[role] >= 0;
}

static void forget(struct csv_table *table, enum csv_role role)
{
	table->column[role] = -1;
}

static void move(struct csv_table *table, enum csv_role from, enum csv_role to)
{
	table->column[to] = table->column[from];
	forget(table, from);
}

/* Take the names. Returns 0, or -EINVAL for one of detour's that is there
 * twice. */
static int names_take(struct csv_table *table, csv_ranks ranks,
		      const struct csv_record *row, const char **twice)
{
	unsigned int i, rank;

	for (i = 0; i < CSV_ROLES; i++) {
		table->column[i] = -1;
		ranks[i] = CSV_NAME_UNKNOWN;
	}
	for (i = 0; i < row->fields && i < CSV_FIELDS; i++) {
		enum csv_role role =
			csv_name(row->field[i].text, row->field[i].len, &rank);

		if (role == CSV_ROLES)
			continue;
		if (rank == CSV_NAME_OWN && ranks[role] == rank) {
			*twice = csv_name_own(role);
			return -EINVAL;
		}
		if (rank < ranks[role]) {
			ranks[role] = rank;
			table->column[role] = i;
		}
	}
	return 0;
}

/* Whether a column has one of the names that are known for a role. */
static bool named(const struct csv_table *table, const struct csv_record *row,
		  enum csv_role role, const char *name)
{
	const struct csv_field *field = &row->field[table->column[role]];

	return field->len == strlen(name) &&
	       !strncasecmp(field->text, name, field->len);
}

/* The column of a name, or -1. */
static int column_find(const struct csv_record *row, const char *name)
{
	unsigned int i;

	for (i = 0; i < row->fields && i < CSV_FIELDS; i++)
		if (row->field[i].len == strlen(name) &&
		    !strncasecmp(row->field[i].text, name, strlen(name)))
			return i;
	return -1;
}

/* In what a crawler found "Source" is the page with the link. */
static void crawl_settle(struct csv_table *table, csv_ranks ranks,
			 const struct csv_record *row)
{
	int address = column_find(row, "address");

	if (address < 0 || ranks[CSV_SOURCE] != CSV_NAME_OWN ||
	    ranks[CSV_TARGET] == CSV_NAME_OWN)
		return;
	table->column[CSV_SOURCE] = address;
	ranks[CSV_SOURCE] = CSV_NAME_WORDS;
}

static enum csv_kind kind_of(const struct csv_table *table,
			     const csv_ranks ranks,
			     const struct csv_record *row)
{
	bool own = ranks[CSV_SOURCE] == CSV_NAME_OWN &&
		   ranks[CSV_TARGET] == CSV_NAME_OWN;

	if (own && has(table, CSV_MATCH) && has(table, CSV_CODE))
		return CSV_WORDPRESS;
	if (own && !has(table, CSV_CODE) && table->column[CSV_TYPE] == 0 &&
	    table->column[CSV_SOURCE] == 1 && table->column[CSV_TARGET] == 2 &&
	    table->column[CSV_STATE] == 3 && row->fields == 4)
		return CSV_FLECTO;
	if (has(table, CSV_TYPE) && has(table, CSV_ARCHIVE))
		return CSV_GOVUK;
	if (named(table, row, CSV_SOURCE, "address"))
		return CSV_CRAWL;
	if (has(table, CSV_LINK))
		return CSV_LINKS;
	return own && ranks[CSV_CODE] == CSV_NAME_OWN ? CSV_OWN : CSV_PLAIN;
}

/* Say which columns give the code, and which of the others are read. */
static void roles_settle(struct csv_table *table, const struct csv_record *row)
{
	enum csv_kind kind = table->kind;
	unsigned int role;

	if (kind == CSV_FLECTO)
		move(table, CSV_STATE, CSV_CODE);
	else if (!has(table, CSV_CODE) && has(table, CSV_TYPE))
		move(table, CSV_TYPE, CSV_CODE);
	else if (!has(table, CSV_CODE) && has(table, CSV_STATE) &&
		 named(table, row, CSV_STATE, "status"))
		move(table, CSV_STATE, CSV_CODE);
	if (kind != CSV_FLECTO && kind != CSV_WORDPRESS)
		forget(table, CSV_TYPE);
	if (kind == CSV_CRAWL)
		table->column[CSV_TYPE] = column_find(row, "redirect type");
	if (has(table, CSV_MATCH) && named(table, row, CSV_MATCH, "format") &&
	    !named(table, row, CSV_SOURCE, "origin"))
		forget(table, CSV_MATCH);
	if (kind == CSV_CRAWL || kind == CSV_GOVUK || kind == CSV_OWN)
		forget(table, CSV_STATE);
	forget(table, CSV_ARCHIVE);
	forget(table, CSV_LINK);
	for (role = CSV_QUERY; role <= CSV_HEADER_LAST; role++)
		if (kind > CSV_PLAIN ||
		    (kind == CSV_PLAIN && role != CSV_TAG && role != CSV_NOTE &&
		     role != CSV_MAX_AGE))
			forget(table, role);
}

/* Pages may be called as columns are: "old-page,new-page,301". */
static bool has_code(const struct csv_record *row)
{
	unsigned int i;

	for (i = 0; i < row->fields && i < CSV_FIELDS; i++)
		if (rule_code_find(row->field[i].text, row->field[i].len))
			return true;
	return false;
}

static void name_keep(struct csv_table *table, const struct csv_record *row,
		      enum csv_role role)
{
	const struct csv_field *field = &row->field[table->column[role]];

	snprintf(table->names[role], sizeof(table->names[role]), "%.*s",
		 (int)field->len, field->text);
}

int csv_table_header(struct csv_table *table, const struct csv_record *row,
		     const char **twice)
{
	csv_ranks ranks;
	int err = names_take(table, ranks, row, twice);

	if (!has(table, CSV_SOURCE) || !has(table, CSV_TARGET) || has_code(row))
		return 0;
	if (err)
		return err;
	table->columns = row->fields;
	crawl_settle(table, ranks, row);
	table->kind = kind_of(table, ranks, row);
	roles_settle(table, row);
	name_keep(table, row, CSV_SOURCE);
	name_keep(table, row, CSV_TARGET);
	return 1;
}

struct rule_field csv_table_cell(const struct csv_table *table,
				 const struct csv_record *row,
				 enum csv_role role)
{
	int column = table->column[role];
	struct csv_field cell;

	if (column < 0 || (unsigned int)column >= row->fields)
		return (struct rule_field){NULL, 0};
	cell = row->field[column];
	if (table->kind != CSV_OWN)
		csv_trim(&cell);
	return (struct rule_field){cell.text, cell.len};
}

bool csv_table_find(struct csv_table *table, const struct format_head *head)
{
	const char *separator, *twice;
	struct csv_record row;

	for (separator = FORMAT_SEPARATORS; *separator; separator++) {
		unsigned int rows = 0;
		size_t at = 0;

		table->separator = *separator;
		while (rows++ <= CSV_TITLES &&
		       format_cells_next(head, &at, *separator, &row))
			if (csv_table_header(table, &row, &twice))
				return true;
	}
	return false;
}

static bool is_code(const struct csv_field *cell)
{
	struct rule_field code = {cell->text, cell->len};
	bool loose;

	if (!memchr("34", *cell->text, 2))
		return false;
	csv_code(&code, &loose);
	return rule_code_find(code.text, code.len) != NULL;
}

static bool column_is_read(const struct csv_table *table, unsigned int column)
{
	unsigned int role;

	for (role = 0; role < CSV_ROLES; role++)
		if (table->column[role] == (int)column)
			return role != CSV_STATE ||
			       table->kind == CSV_WORDPRESS;
	return false;
}

void csv_table_unread(char *dst, unsigned int size,
		      const struct csv_table *table,
		      const struct csv_record *header)
{
	unsigned int i, at = 0;
	struct rule_quote quote;

	*dst = '\0';
	for (i = 0; i < header->fields; i++) {
		const char *name = "more";

		if (column_is_read(table, i))
			continue;
		if (i < CSV_FIELDS && at + sizeof(quote) < size)
			name = rule_quote(&quote, header->field[i].text,
					  header->field[i].len);
		at += snprintf(dst + at, size - at, "%s%s", at ? ", " : "",
			       name);
		if (!strcmp(name, "more"))
			break;
	}
}

/* Whether cells of a column are codes, and no others. */
static bool column_has_codes(const struct csv_table *table,
			     const struct format_head *head,
			     unsigned int column)
{
	struct csv_table found = *table;
	bool header = false, codes = false;
	struct csv_record row;
	const char *twice;
	size_t at = 0;

	while (format_cells_next(head, &at, table->separator, &row)) {
		if (!header)
			header = csv_table_header(&found, &row, &twice) > 0;
		else if (column < row.fields && row.field[column].len &&
			 !is_code(&row.field[column]))
			return false;
		else
			codes |= column < row.fields && row.field[column].len;
	}
	return codes;
}

int csv_table_codes(const struct csv_table *table,
		    const struct format_head *head)
{
	unsigned int i;

	for (i = 0; i < table->columns && i < CSV_FIELDS; i++)
		if (!column_is_read(table, i) &&
		    column_has_codes(table, head, i))
			return i;
	return -1;
}
