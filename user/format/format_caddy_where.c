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

static int cannot(struct caddy_where *where, const char *what, const char *text)
{
	snprintf(where->reason, sizeof(where->reason), "%s%s%s", what,
		 *text ? " " : "", text);
	return -ENOTSUP;
}

static int path_add(struct caddy_where *where, const char *text, size_t len,
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

static int host_add(struct caddy_where *where, const char *text)
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
		return cannot(where, "path", word);
	if (memchr(word, '*', len - rest) || strpbrk(word, "?[\\"))
		return cannot(where, "path", word);
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
	return path_add(where, text.text, text.len, NULL);
}

static int regex_read(struct caddy_where *where, const struct caddy_word *words,
		      size_t count)
{
	const char *text = words[count - 1].text;
	size_t i;
	int err;

	if (count < 2 || where->path_count)
		return cannot(where, "path_regexp", text);
	err = format_regex_path(&where->regex, text, strlen(text),
				FORMAT_REGEX_DECODED);
	if (err == -ENOTSUP)
		return cannot(where, text, where->regex.reason);
	for (i = 0; i < where->regex.count && !err; i++)
		err = path_add(where, where->regex.ways[i].source,
			       strlen(where->regex.ways[i].source),
			       &where->regex.ways[i]);
	where->fold = where->regex.fold;
	return err;
}

static int scheme_read(struct caddy_where *where, const char *word)
{
	int scheme = rule_scheme_find(word, strlen(word));

	if (scheme < 0)
		return cannot(where, "protocol", word);
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
			err = host_add(where, words[i].text);
		else if (!strcmp(what, "protocol") && count == 2)
			err = scheme_read(where, words[i].text);
		else
			err = cannot(where, what, words[i].text);
	}
	return err || count > 1 ? err : cannot(where, what, "");
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
		return cannot(where, name, "is not defined");
	if (!node->block)
		err = line_read(where, node->words + 1, node->count - 1);
	for (line = node->child; line && !err; line = line->next)
		err = line->block ? cannot(where, line->words->text, "{")
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

/* The path that two have in common: that of one, which the other's prefix
 * begins; NULL: none. Returns false where it is hard to say. */
static bool paths_meet(const char **both, const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	bool a_rest = a[a_len - 1] == '*', b_rest = b[b_len - 1] == '*';

	*both = NULL;
	if (a_rest && !strncasecmp(a, b, a_len - 1))
		*both = b;
	else if (b_rest && !strncasecmp(a, b, b_len - 1))
		*both = a;
	else if (!strcasecmp(a, b))
		*both = a;
	else
		return !strchr(a, '{') && !strchr(b, '{');
	return true;
}

static int paths_both(struct caddy_where *where,
		      const struct caddy_where *other)
{
	struct caddy_where both = {0};
	const char *path;
	size_t i, j;
	int err = 0;

	for (i = 0; i < where->path_count && !err; i++)
		for (j = 0; j < other->path_count && !err; j++) {
			if (!paths_meet(&path, where->paths[i].text,
					other->paths[j].text))
				err = cannot(where, "patterns within a block",
					     "");
			else if (path)
				err = path_add(&both, path, strlen(path),
					       where->paths[i].way);
		}
	for (i = 0; i < where->path_count; i++)
		free(where->paths[i].text);
	free(where->paths);
	where->paths = both.paths;
	where->path_count = both.path_count;
	where->path_room = both.path_room;
	return err ? err : both.path_count != 0;
}

/* Put a prefix before all paths; without any they are all below it. */
static int paths_inside(struct caddy_where *where, const char *inside)
{
	size_t i;
	int err = 0;

	if (!where->path_count)
		err = path_add(where, "/*", 2, NULL);
	for (i = 0; i < where->path_count && !err; i++) {
		char *text;

		if (asprintf(&text, "%s%s", inside, where->paths[i].text) < 0)
			return no_memory();
		free(where->paths[i].text);
		where->paths[i].text = text;
	}
	where->fold = true;
	return err;
}

static int hosts_both(struct caddy_where *where,
		      const struct caddy_where *other)
{
	size_t i, j;
	int err = 0;

	if (!other->host_count)
		return 1;
	if (where->host_count) {
		for (i = 0; i < where->host_count; i++)
			for (j = 0; j < other->host_count; j++)
				if (!strcasecmp(where->hosts[i],
						other->hosts[j]))
					return 1;
		return cannot(where, "hosts within a block", "");
	}
	for (i = 0; i < other->host_count && !err; i++)
		err = host_add(where, other->hosts[i]);
	return err ? err : 1;
}

int caddy_where_meet(struct caddy_where *where, const struct caddy_where *other,
		     const char *inside)
{
	int err = *inside ? paths_inside(where, inside) : 0;
	size_t i;

	if (!err && other->path_count && where->path_count) {
		err = paths_both(where, other);
		if (err <= 0)
			return err;
		err = 0;
	} else if (!err && other->path_count) {
		for (i = 0; i < other->path_count && !err; i++)
			err = path_add(where, other->paths[i].text,
				       strlen(other->paths[i].text),
				       other->paths[i].way);
	}
	if (err)
		return err;
	where->fold |= other->fold;
	if (where->scheme && other->scheme && where->scheme != other->scheme)
		return 0;
	if (other->scheme)
		where->scheme = other->scheme;
	return hosts_both(where, other);
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
