// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "format_base.h"
#include "format_file.h"
#include "format_netlify.h"
#include "format_netlify_is.h"
#include "format_netlify_line.h"
#include "format_netlify_source.h"
#include "format_netlify_write.h"
#include "format_read.h"
#include "format_turn.h"
#include "rule_code.h"

struct netlify {
	struct format_read *read;
	struct format_turn turn;
	struct netlify_source source;
	struct format_text one, target, full;
	bool file_told, slash_told, code_told, query_told;
	/* a line of http://, which the next one may repeat for https:// */
	char before[LIMIT_LINE];
	size_t before_len;
	unsigned long before_at;
};

/* Tell once of all lines what the others do otherwise. */
static void tell(const struct netlify *file, bool *told, unsigned long at,
		 const char *kind, const char *text)
{
	if (!*told)
		format_differs(file->read, at, kind, "%s", text);
	*told = true;
}

static void differences_tell(struct netlify *file, unsigned long at,
			     const struct netlify_line *line)
{
	const struct format_text *source = &file->source.text;

	if (!line->force)
		tell(file, &file->file_told, at, "file",
		     "without '!' Netlify sends a file of that path first");
	if (source->text[source->len - 1] != '*')
		tell(file, &file->slash_told, at, "slash",
		     "Netlify takes /a/ for /a; a rule is for one of them");
	if (!line->code.len && !file->read->options.code)
		tell(file, &file->code_told, at, "code",
		     "none is 301 for Netlify; for Cloudflare Pages it is 302: --code 302");
	if (memchr(line->to.text, '?', line->to.len))
		tell(file, &file->query_told, at, "query",
		     "Cloudflare Pages adds none to a target that has one: query=drop");
}

/* Whether a code is that of a redirect. */
static bool is_redirect(const struct rule_field *code)
{
	const struct rule_code *found =
		code->text ? rule_code_find(code->text, code->len) : NULL;

	return !code->text || (found && found->target);
}

static int line_rules(struct netlify *file, unsigned long at,
		      const struct netlify_line *line,
		      struct rule_fields *fields)
{
	size_t i, orders = netlify_source_orders(line);
	int err = 0;

	for (i = 0; i < orders && !err; i++) {
		netlify_source_query(&file->one, &file->source, line, i);
		fields->source =
			(struct rule_field){file->one.text, file->one.len};
		err = fields->target.len
			      ? format_give(file->read, at, fields)
			      : format_turn_hold(&file->turn, at, fields);
	}
	return err;
}

/* A line that sends a page, or what another server says. */
static int page_give(struct netlify *file, unsigned long at,
		     const struct netlify_line *line,
		     struct rule_fields *fields)
{
	if (format_is(line->code, "410")) {
		format_differs(file->read, at, "page",
			       "%.*s: sent with 410; a rule sends no body",
			       (int)line->to.len, line->to.text);
		fields->target = (struct rule_field){"-", 1};
	} else {
		format_cannot(file->read, at, "rewrite",
			      "%.*s: %.*s with %.*s is no redirect",
			      (int)line->from.len, line->from.text,
			      (int)line->to.len, line->to.text,
			      (int)line->code.len, line->code.text);
	}
	return line_rules(file, at, line, fields);
}

/* The target, relative to a source that has a host. */
static int target_make(struct netlify *file, const struct netlify_line *line,
		       struct rule_fields *fields, const char **reason)
{
	const struct format_text *source = &file->source.text;
	int len, err;

	err = format_named_target(&file->target, &file->source.names, "",
				  line->to.text, line->to.len, reason);
	if (err)
		return err;
	fields->target =
		(struct rule_field){file->target.text, file->target.len};
	if (*line->to.text != '/' || *line->from.text == '/')
		return 0;
	len = format_base(file->full.text, sizeof(file->full.text),
			  source->text, file->target.text, file->target.len);
	if (len > 0)
		fields->target = (struct rule_field){file->full.text, len};
	return 0;
}

static void line_cannot(struct netlify *file, unsigned long at,
			const struct netlify_line *line, const char *kind,
			const char *reason)
{
	format_cannot(file->read, at, kind, "%.*s: %s", (int)line->from.len,
		      line->from.text, reason);
}

static int redirect_give(struct netlify *file, unsigned long at,
			 const struct netlify_line *line,
			 struct rule_fields *fields)
{
	const char *reason;

	if (target_make(file, line, fields, &reason)) {
		line_cannot(file, at, line, "placeholder", reason);
		return 0;
	}
	if (!fields->code.text && !file->read->options.code)
		fields->code = (struct rule_field){"301", 3};
	differences_tell(file, at, line);
	return line_rules(file, at, line, fields);
}

static int line_give(struct netlify *file, unsigned long at, const char *text,
		     size_t len, bool any)
{
	struct netlify_line line;
	struct rule_fields fields = {0};
	const char *reason;
	int got = netlify_line_read(&line, text, len, &reason);

	if (got < 0)
		format_error(file->read, at, "line", "%s", reason);
	if (got <= 0)
		return 0;
	if (line.conditions.len) {
		format_cannot(file->read, at, "condition", "%.*s: %.*s",
			      (int)line.from.len, line.from.text,
			      (int)line.conditions.len, line.conditions.text);
		return 0;
	}
	if (netlify_source_read(&file->source, &line)) {
		line_cannot(file, at, &line, file->source.kind,
			    file->source.reason);
		return 0;
	}
	if (line.code.len)
		fields.code =
			(struct rule_field){line.code.text, line.code.len};
	if (*line.from.text != '/' && !any)
		fields.scheme = (struct rule_field){
			line.from.text,
			line.from.text[4] == 's' || line.from.text[4] == 'S'
				? 5
				: 4};
	return is_redirect(&fields.code)
		       ? redirect_give(file, at, &line, &fields)
		       : page_give(file, at, &line, &fields);
}

/* Give the line before; any: this one says the same of https. */
static int before_give(struct netlify *file, bool any)
{
	size_t len = file->before_len;

	file->before_len = 0;
	return len ? line_give(file, file->before_at, file->before, len, any)
		   : 0;
}

static bool begins(const char *text, size_t len, const char *with)
{
	return len > strlen(with) && !memcmp(text, with, strlen(with));
}

static int line_take(struct netlify *file, unsigned long at,
		     const struct line *line)
{
	int err;

	if (file->before_len && begins(line->text, line->len, "https:") &&
	    line->len == file->before_len + 1 &&
	    !memcmp(line->text + 6, file->before + 5, line->len - 6))
		return before_give(file, true);
	err = before_give(file, false);
	if (err || !begins(line->text, line->len, "http:"))
		return err ? err
			   : line_give(file, at, line->text, line->len, false);
	memcpy(file->before, line->text, line->len);
	file->before_len = line->len;
	file->before_at = at;
	return 0;
}

static int netlify_read(struct format_read *read, struct format_file *from)
{
	struct netlify *file = calloc(1, sizeof(*file));
	unsigned long at;
	struct line line;
	int got, err = 0;

	if (!file)
		return error_sys(-ENOMEM, "cannot read the file");
	file->read = read;
	format_turn_begin(&file->turn, read);
	while (!err && (got = format_line(read, from, &line, &at)))
		err = got < 0 ? got : line_take(file, at, &line);
	if (!err)
		err = before_give(file, false);
	err = format_turn_end(&file->turn, err);
	free(file);
	return err;
}

const struct format format_netlify = {
	.name = "netlify",
	.about = "_redirects of Netlify and Cloudflare Pages",
	.is = netlify_is,
	.read = netlify_read,
	.writer = &format_netlify_writer,
	.first_counts = true,
};
