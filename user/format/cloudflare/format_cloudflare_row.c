// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>
#include <strings.h>

#include "either.h"
#include "format_cloudflare_row.h"
#include "format_read.h"
#include "format_text.h"
#include "rule_url.h"

static const char *const names[] = {
	[CLOUDFLARE_QUERY] = "preserve_query_string",
	[CLOUDFLARE_SUBDOMAINS] = "include_subdomains",
	[CLOUDFLARE_SUBPATH] = "subpath_matching",
	[CLOUDFLARE_SUFFIX] = "preserve_path_suffix",
};

/* A row, taken apart. */
struct row {
	struct rule_field scheme, host, path; /* of the source */
	struct rule_field target;
	size_t target_path; /* how long it is without query and fragment */
	bool flags[CLOUDFLARE_COLUMNS];
};

/* A rule's texts. */
struct texts {
	struct format_text source, target;
};

int cloudflare_flag(const struct rule_field *cell)
{
	static const char *const off[] = {"FALSE", "disabled"};
	static const char *const on[] = {"TRUE", "enabled"};
	size_t i;

	if (!cell->len)
		return 0;
	for (i = 0; i < sizeof(off) / sizeof(*off); i++)
		if (cell->len == strlen(off[i]) &&
		    !strncasecmp(off[i], cell->text, cell->len))
			return 0;
	for (i = 0; i < sizeof(on) / sizeof(*on); i++)
		if (cell->len == strlen(on[i]) &&
		    !strncasecmp(on[i], cell->text, cell->len))
			return 1;
	return -1;
}

static bool flags_read(struct format_read *read, unsigned long at,
		       struct row *row, const struct rule_field *cells)
{
	struct rule_quote quote;
	bool good = true;
	unsigned int i;

	for (i = CLOUDFLARE_QUERY; i < CLOUDFLARE_COLUMNS; i++) {
		int flag = cloudflare_flag(&cells[i]);

		row->flags[i] = flag == 1;
		if (flag >= 0)
			continue;
		good = false;
		format_error(read, at, names[i], "%s is neither TRUE nor FALSE",
			     rule_quote(&quote, cells[i].text, cells[i].len));
	}
	return good;
}

/* Take a source URL apart; a host alone has the path "/". */
static void source_split(struct row *row, const struct rule_field *source)
{
	size_t scheme = rule_url_scheme(source->text, source->len), host;
	const char *text = source->text + scheme, *slash;
	size_t len = source->len - scheme;

	row->scheme =
		(struct rule_field){source->text, scheme ? scheme - 3 : 0};
	slash = memchr(text, '/', len);
	host = slash ? (size_t)(slash - text) : len;
	row->host = (struct rule_field){text, host};
	row->path = (struct rule_field){text + host, len - host};
	if (host == len)
		row->path = (struct rule_field){"/", 1};
}

static void target_split(struct row *row, const struct rule_field *target)
{
	row->target = *target;
	row->target_path = either_at(target->text, target->len, '?', '#');
}

/* A star for all names or all paths means nothing to Cloudflare. */
static bool has_wildcard(const struct rule_field *source)
{
	size_t host = rule_url_scheme(source->text, source->len);

	return source->len > host + 1 &&
	       (!memcmp(source->text + host, "*.", 2) ||
		!memcmp(source->text + source->len - 2, "/*", 2));
}

static bool source_refuse(struct format_read *read, unsigned long at,
			  const struct rule_field *source)
{
	const char *sign =
		source->len ? memchr(source->text, '?', source->len) : NULL;
	struct rule_quote quote;

	if (!sign && source->len)
		sign = memchr(source->text, '#', source->len);
	if (sign)
		format_error(read, at, "source",
			     "%s: a source URL has no %s with Cloudflare",
			     rule_quote(&quote, source->text, source->len),
			     *sign == '?' ? "query" : "fragment");
	else if (has_wildcard(source))
		format_error(
			read, at, "source",
			"%s: Cloudflare has no wildcards, but INCLUDE_SUBDOMAINS and SUBPATH_MATCHING",
			rule_quote(&quote, source->text, source->len));
	else
		return false;
	return true;
}

/* With Cloudflare a target has a query, or the request's is kept. */
static bool target_refuse(struct format_read *read, unsigned long at,
			  const struct row *row)
{
	struct rule_quote quote;
	const struct rule_field *target = &row->target;

	if (!row->flags[CLOUDFLARE_QUERY] || row->target_path == target->len ||
	    target->text[row->target_path] != '?')
		return false;
	format_error(
		read, at, "target",
		"%s: it has a query of its own, which Cloudflare refuses with PRESERVE_QUERY_STRING",
		rule_quote(&quote, target->text, target->len));
	return true;
}

static bool ends_in_slash(const char *text, size_t len)
{
	return len && text[len - 1] == '/';
}

/* Give one rule: below the source's path or of that alone, to the target with
 * what is below or without. */
static int one_give(struct format_read *read, unsigned long at,
		    const struct row *row, const struct rule_field *code,
		    bool below, bool suffix)
{
	static __thread struct texts texts;
	const struct rule_field *target = &row->target;
	struct rule_fields fields = {.code = *code};

	format_text_begin(&texts.source);
	if (row->flags[CLOUDFLARE_SUBDOMAINS])
		format_text_raw(&texts.source, ".", 1);
	format_text_raw(&texts.source, row->host.text, row->host.len);
	format_text_url(&texts.source, row->path.text, row->path.len);
	if (below && !ends_in_slash(row->path.text, row->path.len))
		format_text_raw(&texts.source, "/", 1);
	if (below)
		format_text_raw(&texts.source, "*", 1);
	format_text_begin(&texts.target);
	format_text_target(&texts.target, target->text, row->target_path);
	if (suffix && !ends_in_slash(target->text, row->target_path))
		format_text_raw(&texts.target, "/", 1);
	if (suffix)
		format_text_raw(&texts.target, "*", 1);
	format_text_target(&texts.target, target->text + row->target_path,
			   target->len - row->target_path);
	fields.source =
		(struct rule_field){texts.source.text, texts.source.len};
	fields.target =
		(struct rule_field){texts.target.text, texts.target.len};
	fields.scheme = row->scheme;
	if (!row->flags[CLOUDFLARE_QUERY])
		fields.query = (struct rule_field){"drop", 4};
	return format_give(read, at, &fields);
}

/* Say once what is not as sure, or not the same. */
static void row_tell(struct format_read *read, unsigned long at,
		     const struct row *row, struct cloudflare_told *told)
{
	bool slash = ends_in_slash(row->path.text, row->path.len);

	if (slash && row->path.len > 1 && !told->slash) {
		told->slash = true;
		format_differs(
			read, at, "slash",
			"of a source that ends in '/' and has SUBPATH_MATCHING the rule takes the path without it, too");
	}
	if (row->flags[CLOUDFLARE_SUBDOMAINS] && !told->order) {
		told->order = true;
		format_differs(
			read, at, "order",
			"of rows with SUBPATH_MATCHING the longer path comes first with Cloudflare, here the nearer host does");
	}
	if (row->flags[CLOUDFLARE_SUFFIX] && !told->joined &&
	    slash != ends_in_slash(row->target.text, row->target_path)) {
		told->joined = true;
		format_differs(
			read, at, "suffix",
			"where one of source and target ends in '/', one '/' stands before what is kept of the path");
	}
}

/* The rules of a row that takes what is below its path. */
static int below_give(struct format_read *read, unsigned long at,
		      const struct row *row, const struct rule_field *code)
{
	bool suffix = row->flags[CLOUDFLARE_SUFFIX];
	const char *path = row->target.text +
			   rule_url_scheme(row->target.text, row->target.len);
	bool bare =
		row->target_path <= (size_t)(path - row->target.text) ||
		!memchr(path, '/', row->target.text + row->target_path - path);
	int err = 0;

	/* the path itself goes to the target as it is */
	if (suffix && !bare &&
	    !ends_in_slash(row->target.text, row->target_path))
		err = one_give(read, at, row, code, false, false);
	return err ? err : one_give(read, at, row, code, true, suffix);
}

/* Read the code, which is 301 where none is given. */
static bool code_read(struct format_read *read, unsigned long at,
		      struct rule_field *code)
{
	static const char *const codes[] = {"301", "302", "307", "308"};
	struct rule_quote quote;
	size_t i;

	if (!code->len)
		*code = (struct rule_field){"301", 3};
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (code->len == 3 && !memcmp(codes[i], code->text, 3))
			return true;
	format_error(read, at, "code", "%s: Cloudflare has 301 302 307 308",
		     rule_quote(&quote, code->text, code->len));
	return false;
}

int cloudflare_row_give(struct format_read *read, unsigned long at,
			const struct rule_field *cells,
			struct cloudflare_told *told)
{
	struct rule_field code = cells[CLOUDFLARE_CODE];
	struct row row;

	if (!flags_read(read, at, &row, cells) ||
	    source_refuse(read, at, &cells[CLOUDFLARE_SOURCE]))
		return 0;
	if (!cells[CLOUDFLARE_SOURCE].len || !cells[CLOUDFLARE_TARGET].len) {
		format_error(read, at,
			     cells[CLOUDFLARE_SOURCE].len ? "target" : "source",
			     "missing");
		return 0;
	}
	if (!code_read(read, at, &code))
		return 0;
	source_split(&row, &cells[CLOUDFLARE_SOURCE]);
	target_split(&row, &cells[CLOUDFLARE_TARGET]);
	if (target_refuse(read, at, &row))
		return 0;
	if (!row.flags[CLOUDFLARE_SUBPATH])
		return one_give(read, at, &row, &code, false, false);
	row_tell(read, at, &row, told);
	return below_give(read, at, &row, &code);
}
