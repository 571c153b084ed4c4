// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "error.h"
#include "format_apache_answer.h"
#include "format_apache_flags.h"
#include "format_apache_give.h"
#include "format_apache_giving.h"
#include "format_apache_hosts.h"
#include "format_apache_item.h"
#include "format_apache_map.h"
#include "format_apache_plain.h"
#include "format_apache_tell.h"
#include "format_apache_text.h"
#include "format_file.h"
#include "format_read.h"
#include "format_rewritemap_line.h"
#include "format_text.h"

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
	rule.code = apache_answer_code(*flags.code ? flags.code : "302");
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
