// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "format_apache_case.h"
#include "format_apache_flags.h"
#include "format_apache_giving.h"
#include "format_apache_item.h"
#include "format_apache_map_use.h"
#include "format_apache_tell.h"
#include "format_regex.h"

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

int apache_map_use_find(struct apache_map_use *use,
			struct apache_giving *giving,
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

void apache_map_use_free(struct apache_map_use *use)
{
	free(use->before);
	free(use->cut);
	*use = (struct apache_map_use){0};
}
