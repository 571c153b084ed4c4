// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_apache_case.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_hosts.h"
#include "format_apache_item.h"
#include "format_apache_alias.h"
#include "format_apache_map.h"
#include "format_apache_plain.h"
#include "format_apache_text.h"
#include "format_file.h"
#include "format_read.h"
#include "format_regex.h"
#include "format_rewritemap_line.h"
#include "format_text.h"

/* "${NAME:KEY|DEFAULT}" of a text. */
struct call {
	const char *name, *key, *other; /* other: NULL: none */
	size_t name_len, key_len, other_len, len;
};

static int cannot(struct apache_giving *giving, const struct apache_item *item,
		  const char *what, const char *reason)
{
	apache_cannot(giving, item->at, "map", "%s: %s", what, reason);
	return 1;
}

/* The end of a call: braces within it belong to it. */
static const char *call_end(const char *text)
{
	unsigned int depth = 0;

	for (; *text; text++) {
		if (*text == '{')
			depth++;
		else if (*text == '}' && !--depth)
			return text;
	}
	return NULL;
}

static bool call_read(struct call *call, const char *text)
{
	const char *end = call_end(text + 1), *colon, *bar;

	*call = (struct call){0};
	colon = end ? memchr(text, ':', end - text) : NULL;
	if (!colon)
		return false;
	call->name = text + 2;
	call->name_len = colon - call->name;
	call->key = colon + 1;
	bar = memchr(colon, '|', end - colon);
	call->key_len = (bar ? bar : end) - call->key;
	call->other = bar ? bar + 1 : NULL;
	call->other_len = bar ? end - bar - 1 : 0;
	call->len = end + 1 - text;
	return true;
}

static const struct apache_map *map_of(const struct apache_giving *giving,
				       const char *name, size_t len)
{
	const struct apache_conf *conf = giving->conf;
	size_t i;

	for (i = 0; i < conf->map_count; i++)
		if (strlen(conf->maps[i].name) == len &&
		    !memcmp(conf->maps[i].name, name, len))
			return &conf->maps[i];
	return NULL;
}

/* "${lower:KEY}" of int:tolower around the key: cases do not count. */
static void lower_take(struct apache_map_use *use, struct call *call,
		       const struct apache_giving *giving)
{
	const struct apache_map *map;
	struct call inner;

	if (strncmp(call->key, "${", 2) || !call_read(&inner, call->key) ||
	    inner.len != call->key_len)
		return;
	map = map_of(giving, inner.name, inner.name_len);
	if (!map || strcmp(map->type, "int") || strcmp(map->path, "tolower"))
		return;
	use->fold = use->lower = true;
	call->key = inner.key;
	call->key_len = inner.key_len;
}

static bool eat(struct call *call, const char *text)
{
	size_t len = strlen(text);

	if (call->key_len < len || memcmp(call->key, text, len))
		return false;
	call->key += len;
	call->key_len -= len;
	return true;
}

/* Which part of a request the key is. Returns NULL, or why it is none. */
static const char *key_take(struct apache_map_use *use, struct call *call,
			    const struct format_regex *paths)
{
	const struct format_regex_way *way = &paths->ways[0];
	const char *group = "/*";
	size_t len;

	if (eat(call, "%{HTTP_HOST}") || eat(call, "%{SERVER_NAME}"))
		use->host = true;
	if (use->host && eat(call, "/"))
		group = "*";
	if (paths->count != 1)
		return "a rule with several paths";
	if (!eat(call, "%{REQUEST_URI}")) {
		if (call->key_len != 2 || *call->key != '$' ||
		    !isdigit((unsigned char)call->key[1]) ||
		    !way->group[call->key[1] - '0'])
			return "a key that is no path";
		group = way->group[call->key[1] - '0'];
		eat(call, "$");
		call->key_len = 0;
	} else if (strcmp(way->source, "/*")) {
		return "a key of another path than the rule's";
	}
	len = strlen(group);
	if (call->key_len || !len || strcspn(group, "*{") != len - 1 ||
	    group[len - 1] != '*' || strchr(way->source, '{'))
		return "a key that is no path";
	/* "/old/" and the key's own begin make the source's path */
	use->before = strndup(way->source, strlen(way->source) - 1);
	use->cut = strndup(group, len - 1);
	return NULL;
}

/* Find the call, and where its value goes in the target. */
static bool use_find(struct apache_map_use *use, struct call *call,
		     const struct apache_item *item,
		     const struct apache_case *one)
{
	const char *target = item->target, *at = strstr(target, "${");

	if (!at && !one->map)
		return false;
	if (at && call_read(call, at)) {
		use->from = at - target;
		use->to = use->from + call->len;
		return true;
	}
	at = one->map ? strstr(target, "%1") : NULL;
	if (!at)
		at = one->map ? strstr(target, "%0") : NULL;
	if (!at || !call_read(call, one->map->test))
		return false;
	use->from = at - target;
	use->to = use->from + 2;
	return true;
}

int apache_map_find(struct apache_map_use *use, struct apache_giving *giving,
		    const struct apache_item *item,
		    const struct apache_flags *flags,
		    const struct apache_case *one,
		    const struct format_regex *paths)
{
	const char *reason;
	struct call call;

	apache_map_use_free(use);
	if (!strstr(item->target, "${") && !one->map)
		return 0;
	if (!use_find(use, &call, item, one))
		return cannot(giving, item, item->target, "another use of one");
	lower_take(use, &call, giving);
	use->map = map_of(giving, call.name, call.name_len);
	if (!use->map)
		return cannot(giving, item, item->target, "no such map");
	if (strcmp(use->map->type, "txt")) {
		reason = "it is no text file";
		goto fail;
	}
	reason = one->path || one->has_query	? "beside other conditions"
		 : call.other && call.other_len ? "a default beside what it has"
						: key_take(use, &call, paths);
	if (reason)
		goto fail;
	use->item = item;
	use->fold |= paths->fold;
	use->raw = flags->noescape;
	use->append = flags->append;
	use->discard = flags->discard;
	use->mark = flags->mark;
	use->schemes = one->schemes;
	if (!use->before || !use->cut)
		return error_sys(-ENOMEM, "cannot read the file");
	if (!one->map)
		apache_differs(giving, item->at, "map",
			       "%s: what is not in it is no redirect",
			       use->map->name);
	return 0;
fail:
	reason = reason ? reason : "";
	cannot(giving, item, use->map->name, reason);
	apache_map_use_free(use);
	return 1;
}

/* The target of one line: Apache reads its value as it is. */
static bool target_make(struct format_text *to,
			const struct apache_map_use *use,
			const struct rewritemap_line *line)
{
	static __thread struct format_text text;
	struct apache_refs refs = {.host = "", .raw = use->raw};
	const char *target = use->item->target;
	size_t i;

	if (!use->from && !target[use->to]) {
		format_text_begin(to);
		format_text_raw(to, line->value, line->value_len);
		if (apache_plain_url(to->text))
			return true;
	}
	format_text_begin(&text);
	format_text_raw(&text, target, use->from);
	for (i = 0; i < line->value_len; i++) {
		if (strchr("$%\\", line->value[i]))
			format_text_raw(&text, "\\", 1);
		format_text_raw(&text, line->value + i, 1);
	}
	format_text_raw(&text, target + use->to, strlen(target + use->to));
	return !apache_text_target(to, text.text, &refs);
}

/* The key's path and host as sources have them. */
static bool source_make(struct format_text *path, struct format_text *host,
			const struct apache_map_use *use,
			const struct rewritemap_line *line)
{
	const char *key = line->key, *end = key + line->key_len, *slash = key;
	size_t cut = strlen(use->cut);

	format_text_begin(path);
	format_text_begin(host);
	if (use->host) {
		slash = memchr(key, '/', line->key_len);
		if (!slash)
			return false;
		format_text_raw(host, key, slash - key);
		key = slash + (*use->cut != '/');
	}
	if ((size_t)(end - key) < cut || memcmp(key, use->cut, cut))
		return false;
	format_text_raw(path, use->before, strlen(use->before));
	format_text_raw(path, key + cut, end - key - cut);
	if (!memchr(key, '*', end - key) && apache_plain_path(path->text))
		return true;
	format_text_begin(path);
	format_text_raw(path, use->before, strlen(use->before));
	format_text_decoded(path, key + cut, end - key - cut);
	return true;
}

/* What is otherwise of a line's value: once for a map. */
static void value_tell(struct apache_giving *giving,
		       const struct apache_map_use *use,
		       const struct rewritemap_line *line)
{
	if (memchr(line->value, '?', line->value_len) && !use->mark &&
	    !strchr(use->item->target, '?'))
		apache_differs(giving, use->item->at, "query",
			       "%s: newer Apaches answer 403 to a '?' that is "
			       "not in the rule, without UnsafeAllow3F",
			       use->map->name);
	if (use->raw && memchr(line->value, '#', line->value_len))
		apache_differs(giving, use->item->at, "fragment",
			       "%s: the query goes before the fragment",
			       use->map->name);
}

static bool has_upper(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (isupper((unsigned char)text[i]))
			return true;
	return false;
}

static int line_give(struct apache_giving *giving,
		     const struct apache_map_use *use, const char *host,
		     const struct rewritemap_line *line)
{
	static __thread struct format_text path, key_host, target;
	struct apache_rule rule = {.at = line->at,
				   .host = host,
				   .schemes = use->schemes,
				   .fold = use->fold};
	struct apache_flags flags;
	char *query;

	if (!source_make(&path, &key_host, use, line) ||
	    (use->lower && has_upper(line->key, line->key_len))) {
		apache_left_out(giving, line->at, "never reached",
				"%.*s: a key that no request has",
				(int)line->key_len, line->key);
		return 0;
	}
	if (use->host) {
		/* a host of the server, or one that a wildcard of it takes */
		if (*host == '*' ? !apache_host_below(giving, key_host.text)
				 : *host && strcmp(host, key_host.text))
			return 0;
		rule.host = key_host.text;
	}
	if (!target_make(&target, use, line))
		return 0;
	value_tell(giving, use, line);
	query = strchr(target.text, '?');
	rule.query_drop = use->discard || (query && !use->append);
	if (query && !query[1])
		*query = '\0';
	apache_flags_read(&flags, use->item->code);
	rule.code = apache_code(*flags.code ? flags.code : "302");
	rule.path = path.text;
	rule.target = target.text;
	return apache_give(giving, &rule);
}

int apache_map_give(struct apache_giving *giving,
		    const struct apache_map_use *use, const char *host)
{
	struct rewritemap_line line;
	struct format_file file;
	int got;

	if (format_file_open(giving->read, &file, use->map->path, NULL)) {
		apache_cannot(giving, use->map->at, "include", "%s",
			      error_text());
		return 0;
	}
	while ((got = rewritemap_line_next(giving->read, &file, &line)) > 0) {
		got = line_give(giving, use, host, &line);
		if (got)
			break;
	}
	format_file_close(&file);
	return got;
}

void apache_map_use_free(struct apache_map_use *use)
{
	free(use->before);
	free(use->cut);
	*use = (struct apache_map_use){0};
}
