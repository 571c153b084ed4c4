// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "format_csv_slip.h"
#include "format_read.h"
#include "rule_url.h"

static bool begins(const struct rule_field *cell, const char *text)
{
	size_t len = strlen(text);

	return cell->len >= len && !strncasecmp(cell->text, text, len);
}

/* Whether a scheme is meant that is none: "http:/name", "htttp://name". */
static bool is_scheme_slip(const struct rule_field *cell)
{
	static const char *const slips[] = {"http:/",  "https:/", "http//",
					    "https//", "http:\\", "https:\\",
					    "http;/",  "https;/", NULL};
	const char *slash = memchr(cell->text, '/', cell->len);
	size_t scheme = rule_url_scheme(cell->text, cell->len);
	size_t i;

	if (scheme)
		return scheme < cell->len && strchr("/\\", cell->text[scheme]);
	for (i = 0; slips[i]; i++)
		if (begins(cell, slips[i]))
			return true;
	/* other schemes are told of where rules are made */
	return slash && slash > cell->text && slash[-1] == ':' &&
	       slash + 1 < cell->text + cell->len && slash[1] == '/' &&
	       slash - cell->text <= 8 &&
	       memmem(cell->text, slash - cell->text, "tp", 2) &&
	       !begins(cell, "ftp:") && !begins(cell, "sftp:");
}

/* Quotes of a text and not of a table, at its beginning. */
static bool is_quoted(const struct rule_field *cell)
{
	static const char *const quotes[] = {"\u201c", "\u201d", "\u201e",
					     "\u2018", "\u2019", "\u201a",
					     "\u00ab", "\u00bb", NULL};
	size_t i;

	for (i = 0; quotes[i]; i++)
		if (begins(cell, quotes[i]))
			return true;
	return false;
}

/* What no path has, and every second expression. */
static bool is_expression(const struct rule_field *cell)
{
	static const char *const pieces[] = {"(.*)",   "(.+)", "(.*?)", "[^/]",
					     "(\\d+)", ".*$",  NULL};
	size_t i;

	if (*cell->text == '^')
		return true;
	if (!memchr(cell->text, '(', cell->len) &&
	    !memchr(cell->text, '[', cell->len) &&
	    !memchr(cell->text, '$', cell->len))
		return false;
	for (i = 0; pieces[i]; i++)
		if (memmem(cell->text, cell->len, pieces[i], strlen(pieces[i])))
			return true;
	return false;
}

/* Whether another address begins behind a blank, a comma or a line end. */
static bool is_two(const struct rule_field *cell, bool source)
{
	size_t i;

	for (i = 1; i + 7 < cell->len; i++) {
		struct rule_field rest = {cell->text + i, cell->len - i};
		char before = cell->text[i - 1];

		if ((before == ' ' || before == '\n' ||
		     (source && (before == ',' || before == ';'))) &&
		    rule_url_scheme(rest.text, rest.len))
			return true;
	}
	return false;
}

/* "http://name\page". */
static bool is_backslash(const struct rule_field *cell)
{
	size_t scheme = rule_url_scheme(cell->text, cell->len), i;

	for (i = scheme; scheme && i < cell->len; i++) {
		if (cell->text[i] == '\\')
			return true;
		if (strchr("/?#", cell->text[i]))
			break;
	}
	return false;
}

static const char *slip_of(const struct rule_field *cell, bool source)
{
	if (is_two(cell, source))
		return "two addresses; give each a row of its own";
	if (is_scheme_slip(cell))
		return "a scheme is http:// or https://; write it so";
	if (is_quoted(cell))
		return "quotes of a text are part of it; leave them out";
	if (source && is_expression(cell))
		return "a regular expression; write /old/* or /old/{name}, or 1 into a column 'regex'";
	if (is_backslash(cell))
		return "'\\' parts no host from its path; write '/'";
	return NULL;
}

bool csv_slip_refuse(struct format_read *read, unsigned long at,
		     const char *which, const struct rule_field *cell)
{
	const char *slip;
	struct rule_quote quote;

	if (!cell->len)
		return false;
	slip = slip_of(cell, !strcmp(which, "source"));
	if (slip)
		format_error(read, at, which, "%s: %s",
			     rule_quote(&quote, cell->text, cell->len), slip);
	return slip != NULL;
}

void csv_slip_tell(struct format_read *read, unsigned long at,
		   const struct rule_field *cell)
{
	if (cell->len && memchr(cell->text, '&', cell->len) &&
	    memmem(cell->text, cell->len, "&amp;", 5))
		format_differs(read, at, "entity",
			       "%.*s: '&amp;' is taken as it stands; '&' parts "
			       "pairs of a query",
			       (int)cell->len, cell->text);
}
