// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_caddy_give.h"
#include "format_caddy_map.h"
#include "format_read.h"

/* The number of a map's value, from 1; 0: it is none of it. */
static size_t value_number(const struct caddy_node *map, const char *to)
{
	size_t i;

	if (!map->count || strcmp(map->words->text, "map") || *to != '{')
		return 0;
	for (i = 2; i < map->count; i++)
		if (!strcmp(map->words[i].text, to))
			return i - 1;
	return 0;
}

const struct caddy_node *caddy_map_find(const struct caddy_scope *scope,
					const char *to)
{
	const struct caddy_node *node;

	/* asked for each redirect of a site */
	if (*to != '{')
		return NULL;
	for (; scope; scope = scope->outer)
		for (node = scope->nodes; node; node = node->next)
			if (value_number(node, to))
				return node;
	return NULL;
}

/* "expression {x} != """ or "not vars {x} """. */
bool caddy_map_wanted(const struct caddy_scope *scope, const char *matcher,
		      const char *to)
{
	const struct caddy_node *node;
	bool named = false, not = false;
	size_t i;

	for (; scope; scope = scope->outer)
		for (node = scope->nodes; node; node = node->next) {
			if (!node->count || strcmp(node->words->text, matcher))
				continue;
			for (i = 1; i < node->count; i++) {
				const char *text = node->words[i].text;

				named |= strstr(text, to) != NULL;
				not |= strstr(text, "!=") ||
				       !strcmp(text, "not");
			}
			return named && not &&!node->child;
		}
	return false;
}

/* What a map's keys are. */
enum key { KEY_PATH, KEY_HOST, KEY_BOTH, KEY_OTHER };

static enum key key_of(const char *source)
{
	static const struct {
		const char *text;
		enum key key;
	} keys[] = {
		{"{path}", KEY_PATH},
		{"{host}", KEY_HOST},
		{"{host}{path}", KEY_BOTH},
		{"{http.request.uri.path}", KEY_PATH},
		{"{http.request.host}", KEY_HOST},
		{"{http.request.host}{http.request.uri.path}", KEY_BOTH},
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(keys[i].text, source))
			return keys[i].key;
	return KEY_OTHER;
}

static int row_give(struct caddy_site *site, enum key key, const char *input,
		    const struct caddy_where *where,
		    const struct caddy_word *value, const char *code)
{
	static __thread struct format_text path;
	const char *slash = strchr(input, '/');
	struct caddy_path one = {path.text, NULL};
	struct caddy_where row = *where;
	char host[LIMIT_HOST + 8], *hosts = host;

	if (key != KEY_HOST) {
		if (!slash || (key == KEY_PATH && slash != input))
			return 0;
		format_text_begin(&path);
		format_text_decoded(&path, slash, strlen(slash));
		row.paths = &one;
		row.path_count = 1;
	}
	if (key != KEY_PATH) {
		size_t len = key == KEY_BOTH ? (size_t)(slash - input)
					     : strlen(input);

		if (!len || len >= sizeof(host))
			return 0;
		memcpy(host, input, len);
		host[len] = '\0';
		row.hosts = &hosts;
		row.host_count = 1;
	}
	row.fold = false;
	return caddy_redir_give(site, &row, "", value, code);
}

int caddy_map_give(struct caddy_site *site, const struct caddy_node *map,
		   const struct caddy_where *where, const char *code,
		   const char *to)
{
	size_t number = value_number(map, to);
	enum key key = key_of(map->words[1].text);
	const struct caddy_word *rest = NULL;
	const struct caddy_node *row;
	int err = 0;

	if (key == KEY_OTHER || where->host_count) {
		format_cannot(site->read, map->words->at, "map", "%s",
			      map->words[1].text);
		return 0;
	}
	if (key != KEY_PATH && !site->letters_told)
		format_differs(site->read, map->words->at, "map",
			       "Caddy compares a map's hosts with case");
	site->letters_told |= key != KEY_PATH;
	for (row = map->child; row && !err; row = row->next) {
		const struct caddy_word *value = &row->words[number];

		if (row->count <= number || !*value->text ||
		    !strcmp(value->text, "-"))
			continue;
		if (!strcmp(row->words->text, "default"))
			rest = value;
		else if (*row->words->text == '~')
			format_cannot(site->read, row->words->at, "map", "%s",
				      row->words->text);
		else
			err = row_give(site, key, row->words->text, where,
				       value, code);
	}
	return err || !rest ? err
			    : caddy_redir_give(site, where, "", rest, code);
}
