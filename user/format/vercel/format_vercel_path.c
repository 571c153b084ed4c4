// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "format_named.h"
#include "format_vercel_path.h"

/* A source as it is read. */
struct source {
	struct vercel_path *path;
	const char *text;
	size_t len, at;
	const char *reason;
};

static void add(struct source *source, const char *text)
{
	format_text_raw(&source->path->regex, text, strlen(text));
}

static void literal_add(struct source *source, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (strchr("\\^$.|?*+()[]{}", text[i]))
			add(source, "\\");
		format_text_raw(&source->path->regex, text + i, 1);
	}
}

static char next(const struct source *source)
{
	return source->at < source->len ? source->text[source->at] : '\0';
}

static int cannot(struct source *source, const char *reason)
{
	source->reason = reason;
	return -ENOTSUP;
}

/* The text in parentheses that an expression of its own is; it may not capture.
 */
static int own_read(struct source *source, struct vercel_name *own)
{
	size_t depth = 0, i = source->at;

	for (; i < source->len; i++) {
		if (source->text[i] == '\\')
			i++;
		else if (source->text[i] == '(')
			depth++;
		else if (source->text[i] == ')' && !--depth)
			break;
	}
	if (i >= source->len)
		return cannot(source, "a parenthesis without its end");
	*own = (struct vercel_name){source->text + source->at + 1,
				    i - source->at - 1};
	source->at = i + 1;
	return 0;
}

/* Whether a name's text is any bytes, as ":path(.*)" has it. */
static bool is_any(const struct vercel_name *own)
{
	return own->len == 2 && !memcmp(own->text, ".*", 2);
}

static void group_add(struct source *source, const struct vercel_name *own,
		      const char *any)
{
	add(source, "(");
	if (own->text)
		format_text_raw(&source->path->regex, own->text, own->len);
	else
		add(source, any);
	add(source, ")");
}

/* A part that varies, with the '/' or '.' before it, which a modifier is for,
 * too. */
static int part_add(struct source *source, const struct vercel_name *own,
		    char before)
{
	char prefix[3] = {before == '.' ? '\\' : before,
			  before == '.' ? '.' : '\0'};
	char sign = next(source);

	if (!sign || !strchr("*+?", sign)) {
		add(source, prefix);
		group_add(source, own, "[^/]+?");
		return 0;
	}
	source->at++;
	if (sign == '?') {
		add(source, "(?:");
		add(source, prefix);
		group_add(source, own, "[^/]+?");
		add(source, ")?");
		return 0;
	}
	if ((own->text && !is_any(own)) || before != '/')
		return cannot(source, "a part that is repeated");
	add(source, prefix);
	add(source, sign == '*' ? "(.*)" : "(.+)");
	source->path->rest = sign == '*';
	return 0;
}

static int name_add(struct source *source, char before)
{
	struct vercel_path *path = source->path;
	struct vercel_name *name = &path->names[path->count], own = {NULL, 0};
	int err;

	if (path->count == VERCEL_NAMES)
		return cannot(source, "too many names");
	*name = (struct vercel_name){NULL, 0};
	if (next(source) == ':') {
		name->text = source->text + ++source->at;
		name->len = format_name_length(name->text,
					       source->len - source->at);
		source->at += name->len;
	}
	path->count++;
	if (next(source) == '(') {
		err = own_read(source, &own);
		if (err)
			return err;
	}
	return part_add(source, &own, before);
}

static bool is_name(const struct source *source)
{
	return next(source) == '(' ||
	       (next(source) == ':' &&
		format_name_length(source->text + source->at + 1,
				   source->len - source->at - 1));
}

/* Braces group what a modifier is for. */
static int brace_add(struct source *source, char c)
{
	char sign[2] = {0};

	source->at++;
	if (c == '{') {
		add(source, "(?:");
		return 0;
	}
	add(source, ")");
	if (next(source) == '?') {
		sign[0] = '?';
		source->at++;
	} else if (next(source) == '*' || next(source) == '+') {
		return cannot(source, "a part that is repeated");
	}
	add(source, sign);
	return 0;
}

static int piece_add(struct source *source)
{
	char c = next(source);

	if (c == '{' || c == '}')
		return brace_add(source, c);
	if (c == '*' || c == '+' || c == '?')
		return cannot(source, "a modifier of nothing");
	if (is_name(source))
		return name_add(source, '\0');
	source->at++;
	if ((c == '/' || c == '.') && is_name(source))
		return name_add(source, c);
	if (c == '\\' && source->at < source->len)
		c = source->text[source->at++];
	literal_add(source, &c, 1);
	return 0;
}

int vercel_path_read(struct vercel_path *path, const char *text, size_t len,
		     const char **reason)
{
	struct source source = {.path = path, .text = text, .len = len};
	int err = 0;

	path->count = 0;
	path->rest = false;
	format_text_begin(&path->regex);
	add(&source, "^");
	while (source.at < len && !err) {
		path->rest = false;
		err = piece_add(&source);
	}
	add(&source, "$");
	if (!err && path->regex.full)
		err = cannot(&source, "too long");
	*reason = source.reason;
	return err;
}

/* The number of a name, from 1; 0: there is none. */
static size_t name_number(const struct vercel_path *path, const char *text,
			  size_t len)
{
	size_t i;

	for (i = 0; i < path->count && len; i++)
		if (path->names[i].len == len &&
		    !memcmp(path->names[i].text, text, len))
			return i + 1;
	return 0;
}

int vercel_target_read(struct format_text *to, const struct vercel_path *path,
		       const char *text, size_t len, const char **reason)
{
	size_t i, n, number;
	char group[32];

	format_text_begin(to);
	for (i = 0; i < len; i += n) {
		n = 1;
		if (text[i] == ':') {
			n += format_name_length(text + i + 1, len - i - 1);
			number = name_number(path, text + i + 1, n - 1);
			if (number) {
				snprintf(group, sizeof(group), "${%zu}",
					 number);
				format_text_raw(to, group, strlen(group));
				n += i + n < len && strchr("*+", text[i + n]);
				continue;
			}
			if (n > 1 && i && text[i - 1] == '/') {
				*reason = "a name that the source has not";
				return -ENOTSUP;
			}
		}
		format_text_raw(to, text + i, n);
	}
	return 0;
}
