// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "format_read.h"
#include "format_text.h"
#include "format_vercel_row.h"

static const struct {
	const char *name;
	enum vercel_field field;
} names[] = {
	{"source", VERCEL_SOURCE},	 {"destination", VERCEL_DESTINATION},
	{"permanent", VERCEL_PERMANENT}, {"statusCode", VERCEL_STATUS},
	{"caseSensitive", VERCEL_CASE},	 {"query", VERCEL_QUERY},
	{"sensitive", VERCEL_CASE}, /* as it was called once */
};

static bool text_is(const struct rule_field *cell, const char *text)
{
	return cell->len == strlen(text) &&
	       !strncasecmp(cell->text, text, cell->len);
}

enum vercel_field vercel_field(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (len == strlen(names[i].name) &&
		    !memcmp(name, names[i].name, len))
			return names[i].field;
	return VERCEL_FIELDS;
}

const char *vercel_field_name(enum vercel_field field)
{
	return names[field].name;
}

/* Read a flag. Returns false, noting it, for what is none. */
static bool flag_read(struct format_read *read, unsigned long at,
		      enum vercel_field field, const struct rule_field *cell,
		      bool *flag)
{
	struct rule_quote quote;

	*flag = text_is(cell, "true") || text_is(cell, "t");
	if (*flag || !cell->len || text_is(cell, "false") || text_is(cell, "f"))
		return true;
	format_error(read, at, vercel_field_name(field),
		     "%s is neither true nor false",
		     rule_quote(&quote, cell->text, cell->len));
	return false;
}

/* A redirect without a code is a 307, or a permanent one. */
static bool code_read(struct format_read *read, unsigned long at,
		      struct rule_field *code, bool permanent)
{
	static const char *const codes[] = {"301", "302", "303", "307", "308"};
	struct rule_quote quote;
	size_t i;

	if (!code->len)
		*code = (struct rule_field){permanent ? "308" : "307", 3};
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (text_is(code, codes[i]))
			return true;
	format_error(read, at, "statusCode",
		     "%s: Vercel has 301 302 303 307 308",
		     rule_quote(&quote, code->text, code->len));
	return false;
}

static bool source_check(struct format_read *read, unsigned long at,
			 const struct rule_field *source)
{
	struct rule_quote quote;

	if (!source->len)
		format_error(read, at, "source", "missing");
	else if (*source->text != '/')
		format_error(read, at, "source", "%s begins without '/'",
			     rule_quote(&quote, source->text, source->len));
	else if (memchr(source->text, '?', source->len) ||
		 memchr(source->text, '#', source->len))
		format_error(read, at, "source",
			     "%s: it is a path alone with Vercel",
			     rule_quote(&quote, source->text, source->len));
	else
		return true;
	return false;
}

int vercel_row_give(struct format_read *read, unsigned long at,
		    const struct rule_field *cells)
{
	static __thread struct format_text source, target;
	struct rule_fields fields = {.code = cells[VERCEL_STATUS]};
	const struct rule_field *to = &cells[VERCEL_DESTINATION];
	bool permanent, sensitive, query;

	if (!flag_read(read, at, VERCEL_PERMANENT, &cells[VERCEL_PERMANENT],
		       &permanent) ||
	    !flag_read(read, at, VERCEL_CASE, &cells[VERCEL_CASE],
		       &sensitive) ||
	    !flag_read(read, at, VERCEL_QUERY, &cells[VERCEL_QUERY], &query) ||
	    !code_read(read, at, &fields.code, permanent) ||
	    !source_check(read, at, &cells[VERCEL_SOURCE]))
		return 0;
	format_text_begin(&source);
	format_text_url(&source, cells[VERCEL_SOURCE].text,
			cells[VERCEL_SOURCE].len);
	format_text_begin(&target);
	format_text_target(&target, to->text, to->len);
	fields.source = (struct rule_field){source.text, source.len};
	fields.target = (struct rule_field){target.text, target.len};
	if (!sensitive)
		fields.ignore_case = (struct rule_field){"ignore", 6};
	if (!query)
		fields.query = (struct rule_field){"drop", 4};
	return format_give(read, at, &fields);
}
