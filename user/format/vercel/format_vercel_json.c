// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format.h"
#include "format_file.h"
#include "format_head.h"
#include "format_json_text.h"
#include "format_read.h"
#include "format_regex.h"
#include "format_regex_target.h"
#include "format_turn.h"
#include "format_vercel_has.h"
#include "format_vercel_json.h"
#include "format_vercel_other.h"
#include "format_vercel_path.h"
#include "format_vercel_redirect.h"
#include "rule_code.h"
#include "rule_url.h"

struct vercel {
	struct format_read *read;
	struct format_turn turn;
	struct vercel_path path;
	struct vercel_has has;
	struct format_text target, full, source;
	bool query_told, rest_told;
};

static void unlike_tell(struct vercel *file, unsigned long at,
			unsigned int unlike, const char *text)
{
	const char *one;

	while ((one = format_regex_unlike(&unlike)))
		format_differs(file->read, at, "regex", "%s: %s", text, one);
}

static void tell(struct vercel *file, const struct vercel_redirect *redirect)
{
	unlike_tell(file, redirect->at, file->has.host.unlike,
		    redirect->source);
	if (file->path.rest && !file->rest_told)
		format_differs(file->read, redirect->at, "slash",
			       "%s: Vercel takes no path that ends in '/'",
			       redirect->source);
	file->rest_told |= file->path.rest;
	if (strchr(redirect->destination, '?') && !file->query_told) {
		format_differs(
			file->read, redirect->at, "query",
			"%s: Vercel puts a request's parameters among the target's, not behind them",
			redirect->destination);
		file->query_told = true;
	}
}

static int cannot(struct vercel *file, const struct vercel_redirect *redirect,
		  const char *kind, const char *reason)
{
	format_cannot(file->read, redirect->at, kind, "%s: %s",
		      redirect->source, reason);
	return 0;
}

/* One path of one host. */
static int path_give(struct vercel *file,
		     const struct vercel_redirect *redirect, const char *host,
		     const char *path, const struct rule_field *target)
{
	struct rule_fields fields = {.target = *target,
				     .code = {redirect->code,
					      strlen(redirect->code)},
				     .ignore_case = {"ignore", 6}};
	struct format_text *source = &file->source;

	format_text_begin(source);
	format_text_raw(source, host, strlen(host));
	format_text_raw(source, path, strlen(path));
	fields.source = (struct rule_field){source->text, source->len};
	if (file->has.scheme)
		fields.scheme = (struct rule_field){file->has.scheme,
						    strlen(file->has.scheme)};
	return format_give(file->read, redirect->at, &fields);
}

/* One path of all hosts. */
static int hosts_give(struct vercel *file,
		      const struct vercel_redirect *redirect, const char *path,
		      const char *target, size_t len)
{
	const struct rule_field to = {target, len};
	const struct format_regex *hosts = &file->has.host;
	size_t i;
	int err = 0;

	if (!hosts->count)
		return path_give(file, redirect, "", path, &to);
	for (i = 0; i < hosts->count && !err; i++)
		err = path_give(file, redirect, hosts->ways[i].source, path,
				&to);
	return err;
}

static int ways_give(struct vercel *file,
		     const struct vercel_redirect *redirect,
		     struct format_regex *regex)
{
	size_t i;
	int err = 0, len;

	for (i = 0; i < regex->count && !err; i++) {
		len = format_regex_target(regex, file->full.text,
					  sizeof(file->full.text),
					  &regex->ways[i], '$',
					  file->target.text, file->target.len);
		if (len == -ENOTSUP)
			return cannot(file, redirect, regex->kind,
				      regex->reason);
		if (len < 0)
			return len;
		err = hosts_give(file, redirect, regex->ways[i].source,
				 file->full.text, len);
	}
	if (file->path.rest)
		regex->unlike &= ~(unsigned int)FORMAT_REGEX_SLASH;
	unlike_tell(file, redirect->at, regex->unlike, redirect->source);
	return err;
}

#define PLAIN                        \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789/-_.~,;=@!"

/* Whether nothing in both means more than itself to Vercel, to rules and in an
 * expression: that needs no expression. */
static bool is_plain(const struct vercel_redirect *redirect)
{
	const char *source = redirect->source, *to = redirect->destination;

	to += rule_url_scheme(to, strlen(to));
	return *source == '/' && !source[strspn(source, PLAIN)] &&
	       !strstr(source, "/.") && !to[strspn(to, PLAIN "?&#%+")];
}

static int redirect_give(struct vercel *file,
			 const struct vercel_redirect *redirect)
{
	struct format_regex regex = {0};
	const char *reason;
	int err;

	if (is_plain(redirect))
		return hosts_give(file, redirect, redirect->source,
				  redirect->destination,
				  strlen(redirect->destination));
	if (vercel_path_read(&file->path, redirect->source,
			     strlen(redirect->source), &reason) ||
	    vercel_target_read(&file->target, &file->path,
			       redirect->destination,
			       strlen(redirect->destination), &reason))
		return cannot(file, redirect, "source", reason);
	err = format_regex_path(&regex, file->path.regex.text,
				file->path.regex.len, FORMAT_REGEX_CASE);
	if (!err)
		err = ways_give(file, redirect, &regex);
	else if (err == -ENOTSUP)
		err = cannot(file, redirect, regex.kind, regex.reason);
	format_regex_free(&regex);
	return err;
}

static int redirect_read(struct vercel *file, unsigned long at, json_t *value)
{
	struct vercel_redirect redirect = {
		.at = at,
		.source = json_string_value(json_object_get(value, "source")),
		.destination = json_string_value(
			json_object_get(value, "destination"))};
	const struct rule_code *code;
	unsigned long given;
	const char *field;
	int err;

	if (!redirect.source || !redirect.destination) {
		format_error(file->read, at,
			     redirect.source ? "target" : "source",
			     "no \"%s\" with a text",
			     redirect.source ? "destination" : "source");
		return 0;
	}
	vercel_redirect_code(&redirect, value);
	code = rule_code_find(redirect.code, strlen(redirect.code));
	if (!code || !code->target)
		return cannot(file, &redirect, "code",
			      "no code of a redirect that rules have");
	field = vercel_redirect_unknown(value);
	if (field)
		return cannot(file, &redirect, "field", field);
	vercel_has_free(&file->has);
	if (vercel_has_read(&file->has, value))
		return cannot(file, &redirect, "condition", file->has.reason);
	file->path.rest = false;
	given = file->read->given;
	err = redirect_give(file, &redirect);
	if (file->read->given > given)
		tell(file, &redirect);
	return err;
}

static int redirects_read(struct vercel *file, const struct format_json *json)
{
	json_t *list = json_object_get(json->root, "redirects"), *value;
	unsigned long at = format_json_at(json, "redirects", 0);
	size_t i, element = 0;
	int err = 0;

	if (list && !json_is_array(list))
		format_error(file->read, at, "redirects", "no array");
	else if (!list && !json_object_get(json->root, "bulkRedirectsPath"))
		format_error(file->read, 1, "line", "no \"redirects\"");
	json_array_foreach(list, i, value)
	{
		if (err)
			break;
		if (json_is_object(value))
			at = format_json_at(json, "redirects", ++element);
		if (json_is_object(value))
			err = redirect_read(file, at, value);
		else
			format_error(file->read, at, "redirects",
				     "number %zu is no object", i + 1);
	}
	return err;
}

static int vercel_read(struct format_read *read, struct format_file *from)
{
	struct vercel *file = calloc(1, sizeof(*file));
	struct format_json json = {0};
	int err;

	if (!file)
		return error_sys(-ENOMEM, "cannot read the file");
	file->read = read;
	err = format_json_read(&json, read, from);
	if (!err && json.root) {
		format_turn_begin(&file->turn, read);
		err = redirects_read(file, &json);
		err = format_turn_end(&file->turn, err);
		vercel_others_tell(read, &json);
	}
	vercel_has_free(&file->has);
	format_json_free(&json);
	free(file);
	return err;
}

/* An object with "redirects" or the like in it. */
static bool vercel_is(const struct format_head *head)
{
	struct format_piece line = {"", 0};
	size_t at = 0;

	/* what comments it has is refused by its line */
	while (format_head_line(head, &at, '/', &line) && *line.text == '*')
		;
	if (!line.len || *line.text != '{')
		return false;
	return memmem(head->text, head->len, "\"redirects\"", 11) ||
	       memmem(head->text, head->len, "\"bulkRedirectsPath\"", 19);
}

const struct format format_vercel_json = {
	.name = "vercel-json",
	.about = "vercel.json of Vercel",
	.is = vercel_is,
	.read = vercel_read,
	.first_counts = true,
};
