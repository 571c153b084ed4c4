// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "format_csv_code.h"
#include "format_csv_none.h"
#include "format_csv_table.h"
#include "format_read.h"
#include "rule_code.h"

bool csv_cell_is(const struct rule_field *cell, const char *text)
{
	return cell->len == strlen(text) &&
	       !strncasecmp(cell->text, text, cell->len);
}

bool csv_cell_is_any(const struct rule_field *cell, const char *const *texts)
{
	for (; *texts; texts++)
		if (csv_cell_is(cell, *texts))
			return true;
	return false;
}

bool csv_cell_is_void(const struct rule_field *cell)
{
	static const char *const texts[] = {
		"n/a",	  "#n/a",   "none",    "null",	  "tbd",    "tbc",
		"todo",	  "?",	    "--",      "\u2013",  "\u2014", "#ref!",
		"yes",	  "no",	    "y",       "n",	  "true",   "false",
		"#name?", "#null!", "#value!", "#div/0!", "#num!",  NULL};

	return csv_cell_is_any(cell, texts);
}

/* The header row again, as where tables were put together. */
static bool is_header(const struct csv_table *table,
		      const struct rule_fields *fields)
{
	return table->columns &&
	       csv_cell_is(&fields->source, table->names[CSV_SOURCE]) &&
	       csv_cell_is(&fields->target, table->names[CSV_TARGET]);
}

/* Whether a row says that it does not count. */
static bool is_off(const struct csv_table *table, const struct csv_record *row)
{
	static const char *const off[] = {"disabled", "inactive", "trashed",
					  "off",      "false",	  "no",
					  "0",	      NULL};
	struct rule_field state = csv_table_cell(table, row, CSV_STATE);

	return csv_cell_is_any(&state, off);
}

static bool is_address(const struct rule_field *cell)
{
	return cell->len && (memchr(cell->text, '/', cell->len) ||
			     memchr(cell->text, '.', cell->len));
}

static bool is_number(const struct rule_field *cell)
{
	size_t i;

	for (i = 0; i < cell->len; i++)
		if (!strchr("0123456789.,", cell->text[i]))
			return false;
	return true;
}

static bool is_total_word(struct rule_field cell)
{
	static const char *const words[] = {
		"total",       "totals", "sum",	      "summe",	       "gesamt",
		"gesamtsumme", "anzahl", "insgesamt", "zwischensumme", "count",
		"subtotal",    "totaal", "totale",    "suma",	       NULL};
	size_t n = 0;

	while (n < cell.len && !strchr(" \t:", cell.text[n]))
		n++;
	cell.len = n;
	return csv_cell_is_any(&cell, words);
}

/* "Total: 312" below a table; the word stands in the first cell that has
 * something, which may be before that of the old address. */
static bool is_total(const struct csv_table *table,
		     const struct csv_record *row,
		     const struct rule_fields *fields)
{
	const struct rule_field *source = &fields->source;
	unsigned int i = 0, last = table->column[CSV_SOURCE];

	if (!is_number(&fields->target))
		return false;
	if (is_total_word(*source))
		return true;
	while (i < last && i < row->fields && !row->field[i].len)
		i++;
	return i < last && i < row->fields &&
	       is_total_word((struct rule_field){row->field[i].text,
						 row->field[i].len}) &&
	       (is_number(source) || !is_address(source));
}

/* A row of words alone, which no address and no code stands beside: a title of
 * the rows below it. */
static bool is_title(const struct rule_fields *fields)
{
	const struct rule_field *source = &fields->source;

	return source->len && !fields->target.len && !fields->code.len &&
	       !is_address(source) && memchr(source->text, ' ', source->len);
}

/* A status of a page that is no redirect, and is not gone: "200", "404". */
static bool is_status(const struct rule_field *cell)
{
	struct rule_field code = *cell;
	bool loose;

	csv_code(&code, &loose);
	if (csv_cell_is(&code, "200"))
		return true;
	return !rule_code_find(code.text, code.len) && code.len >= 3 &&
	       *code.text >= '1' && *code.text <= '5' &&
	       is_number(&(struct rule_field){code.text, 3}) &&
	       (code.len == 3 || strchr(" .,", code.text[3]));
}

/* What people write where nothing is to be done. */
static bool is_kept(const struct rule_field *cell)
{
	static const char *const words[] = {"keep",	 "drop",
					    "ignore",	 "none",
					    "no change", "no redirect",
					    "behalten",	 NULL};

	return csv_cell_is_any(cell, words);
}

/* What a crawler took for a redirect, or none at all. */
static bool is_no_redirect(const struct csv_table *table,
			   const struct csv_record *row,
			   const struct rule_fields *fields)
{
	struct rule_field how = csv_table_cell(table, row, CSV_TYPE);

	if (table->kind == CSV_CRAWL)
		return !fields->target.len || is_status(&fields->code) ||
		       (how.len && !csv_cell_is(&how, "http redirect"));
	return table->kind == CSV_PLAIN &&
	       (is_kept(&fields->code) ||
		(!fields->target.len && is_status(&fields->code)));
}

/* What WordPress does, and rules do not. */
static bool wordpress_refuse(struct format_read *read, unsigned long at,
			     const struct rule_fields *fields,
			     const struct rule_field *type)
{
	const struct rule_field *source = &fields->source;

	if (csv_cell_is(type, "random") || csv_cell_is(type, "pass"))
		format_cannot(read, at, "action",
			      "%.*s: '%.*s' shows another page in its place",
			      (int)source->len, source->text, (int)type->len,
			      type->text);
	else if (!csv_cell_is(&fields->code, "410") &&
		 csv_cell_is(type, "error"))
		format_cannot(read, at, "code", "%.*s: rules have no %.*s",
			      (int)source->len, source->text,
			      (int)fields->code.len, fields->code.text);
	else
		return false;
	return true;
}

/* Why a row does not count, as the kind of a finding; NULL: it does. */
static const char *left_out(const struct csv_table *table,
			    const struct csv_record *row,
			    const struct rule_fields *fields)
{
	if (is_header(table, fields))
		return "header row";
	if (is_off(table, row))
		return "disabled";
	if (table->kind == CSV_GOVUK &&
	    csv_cell_is(&fields->code, "unresolved"))
		return "unresolved";
	if (is_no_redirect(table, row, fields))
		return "no redirect";
	if (table->kind == CSV_OWN)
		return NULL;
	if (is_total(table, row, fields))
		return "totals";
	return is_title(fields) ? "title" : NULL;
}

bool csv_row_none(struct format_read *read, const struct csv_table *table,
		  unsigned long at, const struct csv_record *row,
		  const struct rule_fields *fields)
{
	struct rule_field type = csv_table_cell(table, row, CSV_TYPE);
	const struct rule_field *source = &fields->source;
	const char *kind = left_out(table, row, fields);

	if (!kind)
		return table->kind == CSV_WORDPRESS &&
		       wordpress_refuse(read, at, fields, &type);
	if (!strcmp(kind, "header row"))
		format_left_out(read, at, kind, "%.*s, %.*s", (int)source->len,
				source->text, (int)fields->target.len,
				fields->target.text);
	else if (!strcmp(kind, "no redirect"))
		format_left_out(read, at, kind, "%.*s (%.*s)", (int)source->len,
				source->text, (int)fields->code.len,
				fields->code.text);
	else
		format_left_out(read, at, kind, "%.*s", (int)source->len,
				source->text);
	return true;
}
