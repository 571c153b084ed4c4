// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "format_caddy_tree.h"
#include "format_caddy_where.h"
#include "format_regex.h"
#include "format_text.h"

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot read the file");
}

int caddy_where_cannot(struct caddy_where *where, const char *what,
		       const char *text)
{
	snprintf(where->reason, sizeof(where->reason), "%s%s%s", what,
		 *text ? " " : "", text);
	return -ENOTSUP;
}

int caddy_where_path(struct caddy_where *where, const char *text, size_t len,
		     const struct format_regex_way *way)
{
	struct caddy_path path = {strndup(text, len), way};

	if (!path.text || array_grow(&where->paths, &where->path_room,
				     where->path_count + 1, sizeof(path))) {
		free(path.text);
		return no_memory();
	}
	where->paths[where->path_count++] = path;
	return 0;
}

int caddy_where_host(struct caddy_where *where, const char *text)
{
	char *host = strdup(text);

	if (!host || array_grow(&where->hosts, &where->host_room,
				where->host_count + 1, sizeof(host))) {
		free(host);
		return no_memory();
	}
	where->hosts[where->host_count++] = host;
	return 0;
}

/* A path of "path": an escape in it makes it one that is not decoded. */
static int path_read(struct caddy_where *where, const char *word)
{
	static __thread struct format_text text;
	size_t len = strlen(word);
	bool rest = len && word[len - 1] == '*';

	if (*word != '/' && !(rest && len == 1))
		return caddy_where_cannot(where, "path", word);
	if (memchr(word, '*', len - rest) || strpbrk(word, "?[\\"))
		return caddy_where_cannot(where, "path", word);
	format_text_begin(&text);
	if (len == 1 && rest)
		format_text_raw(&text, "/", 1);
	else if (strchr(word, '%'))
		format_text_url(&text, word, len - rest);
	else
		format_text_decoded(&text, word, len - rest);
	if (rest)
		format_text_raw(&text, "*", 1);
	where->fold = true;
	return caddy_where_path(where, text.text, text.len, NULL);
}

static int regex_read(struct caddy_where *where, const struct caddy_word *words,
		      size_t count)
{
	const char *text = words[count - 1].text;
	size_t i;
	int err;

	if (count < 2 || where->path_count)
		return caddy_where_cannot(where, "path_regexp", text);
	err = format_regex_path(&where->regex, text, strlen(text),
				FORMAT_REGEX_DECODED);
	if (err == -ENOTSUP)
		return caddy_where_cannot(where, text, where->regex.reason);
	for (i = 0; i < where->regex.count && !err; i++)
		err = caddy_where_path(where, where->regex.ways[i].source,
				       strlen(where->regex.ways[i].source),
				       &where->regex.ways[i]);
	where->fold = where->regex.fold;
	return err;
}

static int scheme_read(struct caddy_where *where, const char *word)
{
	int scheme = rule_scheme_find(word, strlen(word));

	if (scheme < 0)
		return caddy_where_cannot(where, "protocol", word);
	where->scheme = scheme;
	return 0;
}

/* One line of a matcher; of several all have to hold. */
static int line_read(struct caddy_where *where, const struct caddy_word *words,
		     size_t count)
{
	const char *what = count ? words->text : "";
	bool had = where->path_count;
	size_t i;
	int err = 0;

	if (!strcmp(what, "path_regexp"))
		return regex_read(where, words, count);
	for (i = 1; i < count && !err; i++) {
		if (!strcmp(what, "path") && !(had && where->regex.count))
			err = path_read(where, words[i].text);
		else if (!strcmp(what, "host"))
			err = caddy_where_host(where, words[i].text);
		else if (!strcmp(what, "protocol") && count == 2)
			err = scheme_read(where, words[i].text);
		else
			err = caddy_where_cannot(where, what, words[i].text);
	}
	return err || count > 1 ? err : caddy_where_cannot(where, what, "");
}

static const struct caddy_node *matcher_find(const struct caddy_scope *scope,
					     const char *name)
{
	const struct caddy_node *node;

	for (; scope; scope = scope->outer)
		for (node = scope->nodes; node; node = node->next)
			if (node->count && !strcmp(node->words->text, name))
				return node;
	return NULL;
}

static int named_read(struct caddy_where *where,
		      const struct caddy_scope *scope, const char *name)
{
	const struct caddy_node *node = matcher_find(scope, name);
	const struct caddy_node *line;
	int err = 0;

	if (!node)
		return caddy_where_cannot(where, name, "is not defined");
	if (!node->block)
		err = line_read(where, node->words + 1, node->count - 1);
	for (line = node->child; line && !err; line = line->next)
		err = line->block ? caddy_where_cannot(where, line->words->text,
						       "{")
				  : line_read(where, line->words, line->count);
	return err;
}

int caddy_where_read(struct caddy_where *where, const struct caddy_scope *scope,
		     const char *word)
{
	int err = 0;

	if (*word == '@')
		err = named_read(where, scope, word);
	else if (*word == '/')
		err = path_read(where, word);
	else if (strcmp(word, "*"))
		return 0;
	return err ? err : 1;
}

void caddy_where_free(struct caddy_where *where)
{
	size_t i;

	for (i = 0; i < where->path_count; i++)
		free(where->paths[i].text);
	for (i = 0; i < where->host_count; i++)
		free(where->hosts[i]);
	free(where->paths);
	free(where->hosts);
	format_regex_free(&where->regex);
	*where = (struct caddy_where){0};
}
