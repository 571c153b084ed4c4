// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "format_nginx_host.h"
#include "format_nginx_regex.h"
#include "format_nginx_tell.h"
#include "format_nginx_value.h"
#include "format_read.h"
#include "format_regex.h"
#include "format_text.h"

static bool cannot(const struct nginx_regex_ask *ask,
		   const struct format_regex *regex, const char *text)
{
	const char *reason = regex->reason ? regex->reason : "";

	if (!ask->node->told && ask->content)
		format_differs(
			ask->nginx->read, ask->at, regex->kind,
			"%s: %s: what it takes is no redirect, and rules may redirect it",
			text, reason);
	else if (!ask->node->told)
		format_cannot(ask->nginx->read, ask->at, regex->kind, "%s: %s",
			      text, reason);
	ask->node->told = true;
	return false;
}

/* A way's source as a region. */
static bool region_make(struct nginx *nginx, struct format_region *region,
			const char *source, bool fold)
{
	size_t len = strlen(source);

	*region = format_region_all;
	region->fold = fold;
	region->kind = FORMAT_REGION_EXACT;
	if (strchr(source, '{'))
		region->kind = FORMAT_REGION_PATTERN;
	else if (strchr(source, '?'))
		region->kind = FORMAT_REGION_QUERY;
	else if (len && source[len - 1] == '*') {
		region->kind = FORMAT_REGION_PREFIX;
		len--;
	}
	region->path = nginx_text(nginx, source, len);
	return region->path != NULL;
}

/* Put a way's groups, or NULL's, behind those of hosts. */
static void groups_add(struct nginx *nginx, struct nginx_groups *groups,
		       const struct format_regex *regex,
		       const struct format_regex_way *way, unsigned int from,
		       bool host)
{
	unsigned int i;

	for (i = 1; i < FORMAT_REGEX_GROUPS && i + from < groups->count; i++) {
		const char *name = regex->name[i], *text = way->group[i];

		if (!text)
			continue;
		groups->group[from + i].text =
			nginx_text(nginx, text, strlen(text));
		if (name)
			groups->group[from + i].name =
				nginx_text(nginx, name, strlen(name));
		if (host)
			groups->hosts |= 1U << (from + i);
	}
	if (!host) {
		groups->letters = way->letters << from;
		groups->order = way->order << from;
	}
}

/* The number of groups of an expression's part. */
static unsigned int groups_count(const char *text)
{
	unsigned int count = 0;
	bool class = false;

	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (*text == '[')
			class = true;
		else if (*text == ']')
			class = false;
		else if (*text == '(' && !class)
			count += text[1] != '?' ||
				 ((text[2] == 'P' || text[2] == '<' ||
				   text[2] == '\'') &&
				  text[3] != '=' && text[3] != '!');
	}
	return count;
}

struct both {
	const struct nginx_regex_ask *ask;
	struct format_regex host, path;
	const char *host_text, *path_text;
	bool any_query;
	unsigned int query_group; /* 0: none */
	bool rest_query;	  /* ".*" takes it, too */
};

/* The number of groups that a way has, the whole one aside. */
static unsigned int way_groups(const struct format_regex_way *way)
{
	unsigned int i = 0;

	while (way && i + 1 < FORMAT_REGEX_GROUPS && way->group[i + 1])
		i++;
	return i;
}

/* What a way took, as an environment. */
static const struct nginx_env *way_env(const struct both *both,
				       const struct format_regex_way *host,
				       const struct format_regex_way *path,
				       const struct format_region *region)
{
	struct nginx *nginx = both->ask->nginx;
	unsigned int from = host && path ? groups_count(both->host_text) : 0;
	unsigned int count = from + way_groups(path ? path : host);
	struct nginx_groups *groups;

	if (!count && !both->query_group)
		return nginx_env_clear(nginx, both->ask->env);
	groups = nginx_groups_make(nginx, count + 1);
	if (!groups)
		return NULL;
	if (host) {
		groups->host = region->host;
		groups_add(nginx, groups, &both->host, host, 0, true);
	}
	if (path) {
		groups->path =
			nginx_text(nginx, path->source, strlen(path->source));
		groups_add(nginx, groups, &both->path, path, from, false);
		if (both->query_group)
			groups->query = from + both->query_group;
		groups->rest_query = both->rest_query;
	}
	return nginx_env_groups(nginx, both->ask->env, groups);
}

static void way_give(const struct both *both,
		     const struct format_regex_way *host,
		     const struct format_regex_way *path)
{
	struct nginx *nginx = both->ask->nginx;
	struct format_region region = format_region_all;
	const struct nginx_env *env;

	if (path && !region_make(nginx, &region, path->source, both->path.fold))
		return;
	if (host)
		region.host =
			nginx_text(nginx, host->source, strlen(host->source));
	if (!region.host)
		return;
	env = way_env(both, host, path, &region);
	if (!nginx->err)
		nginx_meet(both->ask, &region, env);
}

/* What rules answer otherwise. That a prefix does not take the path without its
 * last '/' is seen to by a source of its own (format_first.h). */
static unsigned int unlike_of(const struct both *both)
{
	unsigned int unlike = both->host.unlike;
	size_t i;

	for (i = 0; i < both->path.count; i++) {
		const struct format_regex_way *way = &both->path.ways[i];
		bool pattern = strchr(way->source, '{');

		unlike |= way->unlike & ~(pattern ? 0U : FORMAT_REGEX_SLASH);
	}
	if (both->any_query)
		unlike &= ~(unsigned int)FORMAT_REGEX_QUERIES;
	return unlike;
}

/* What of "$request_uri" takes any query, and none. Returns the length of the
 * expression before it; 0 where there is no such end. */
static size_t any_query(const char *regex)
{
	static const char *const ends[] = {
		"(\\?.*)?$", "(?:\\?.*)?$", "(\\?.*)?",	 "(?:\\?.*)?",
		"(\\?.+)?$", "(?:\\?.+)?$", "(\\?|$)",	 "(?:\\?|$)",
		"($|\\?)",   "(?:$|\\?)",   "(\\?.*|$)", "(?:\\?.*|$)"};
	size_t len = strlen(regex), i;

	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t n = strlen(ends[i]);

		if (len > n && !strcmp(regex + len - n, ends[i]))
			return len - n;
	}
	return 0;
}

/* Whether an expression ends in ".*" or ".+". */
static bool rest_ends(const char *regex)
{
	size_t len = strlen(regex);

	while (len && strchr("$)?", regex[len - 1]))
		len--;
	return len > 1 && strchr("*+", regex[len - 1]) &&
	       regex[len - 2] == '.' && (len < 3 || regex[len - 3] != '\\');
}

static int path_read(struct both *both, unsigned int flags)
{
	static __thread char room[LIMIT_LINE + 2];
	const char *text = both->path_text;
	size_t len = flags & FORMAT_REGEX_QUERY ? any_query(text) : 0;

	if (len && len < LIMIT_LINE) {
		memcpy(room, text, len);
		strcpy(room + len, "$");
		both->any_query = true;
		both->query_group =
			text[len + 1] == '?' || text[len + 1] == '$' ||
					!strncmp(text + len, "(\\?|", 4)
				? 0
				: groups_count(room) + 1;
		text = room;
	}
	both->rest_query = flags & FORMAT_REGEX_QUERY && !both->any_query &&
			   rest_ends(text);
	return format_regex_path(&both->path, text, strlen(text), flags);
}

/* Read what there is, and give all ways of host and path. */
static bool both_give(struct both *both, unsigned int flags, const char *text)
{
	const struct nginx_regex_ask *ask = both->ask;
	size_t hosts = 1, paths = 1, h, p;
	bool done = false;

	if (both->host_text) {
		int err = format_regex_host(&both->host, both->host_text,
					    strlen(both->host_text));
		if (err == -ENOMEM)
			ask->nginx->err = err;
		if (err)
			return cannot(ask, &both->host, text);
		hosts = both->host.count;
	}
	if (both->path_text) {
		int err = path_read(both, flags);

		if (err == -ENOMEM)
			ask->nginx->err = err;
		if (err) {
			cannot(ask, &both->path, text);
			goto out;
		}
		paths = both->path.count;
	}
	if (!ask->node->told && !ask->node->unlike)
		nginx_unlike(ask->nginx, text, unlike_of(both), ask->at);
	ask->node->unlike = true;
	for (h = 0; ask->fn && h < hosts; h++)
		for (p = 0; p < paths && !ask->nginx->err; p++)
			way_give(both,
				 both->host_text ? &both->host.ways[h] : NULL,
				 both->path_text ? &both->path.ways[p] : NULL);
	done = true;
out:
	format_regex_free(&both->host);
	format_regex_free(&both->path);
	return done;
}

/*
 * The path of an expression of one, "^/a\\.html$", which need not be parsed.
 * A '.' between letters is one, as elsewhere, and is noted in *unlike. Returns
 * false for any other one.
 */
static bool one_path(const char *regex, struct format_text *path,
		     unsigned int *unlike)
{
	const char *from = ++regex;

	format_text_begin(path);
	if (from[-1] != '^' || *from != '/')
		return false;
	while (*regex && strcmp(regex, "$") != 0) {
		size_t len = strcspn(regex, "\\^$.[]|()?*+{}");

		format_text_decoded(path, regex, len);
		regex += len;
		if (!strcmp(regex, "$"))
			break;
		if (*regex == '.' && len && isalnum((unsigned char)regex[-1]) &&
		    isalnum((unsigned char)regex[1]) &&
		    !(regex[2] && strchr("?*+{", regex[2])))
			*unlike = FORMAT_REGEX_DOT;
		else if (*regex == '\\' && ispunct((unsigned char)regex[1]))
			regex++;
		else
			return false;
		format_text_decoded(path, regex++, 1);
	}
	if (*regex == '$' && regex > from + 1 && regex[-1] == '.')
		return false;
	return *regex == '$' && !path->full && path->len < LIMIT_PATH &&
	       !strstr(path->text, "/.");
}

static bool one_give(const struct nginx_regex_ask *ask, const char *regex)
{
	static __thread struct format_text path;
	struct format_region region = format_region_all;
	unsigned int unlike = 0;

	if (!one_path(regex, &path, &unlike))
		return false;
	if (!ask->node->told && !ask->node->unlike && unlike)
		nginx_unlike(ask->nginx, regex, unlike, ask->at);
	ask->node->unlike = true;
	region.kind = FORMAT_REGION_EXACT;
	region.path = nginx_text(ask->nginx, path.text, path.len);
	if (ask->fn && region.path)
		nginx_meet(ask, &region, nginx_env_clear(ask->nginx, ask->env));
	return true;
}

bool nginx_regex_path(const struct nginx_regex_ask *ask, const char *regex,
		      unsigned int flags)
{
	struct both both = {.ask = ask, .path_text = regex};

	if (flags == FORMAT_REGEX_DECODED && one_give(ask, regex))
		return true;
	return both_give(&both, flags, regex);
}

bool nginx_regex_host(const struct nginx_regex_ask *ask, const char *regex)
{
	struct both both = {.ask = ask, .host_text = regex};
	const struct nginx_groups *groups = NULL;
	int is = -1;

	if (*ask->within->host != '*')
		is = nginx_host_match(ask->nginx, regex, ask->within->host,
				      &groups);
	if (is > 0 && !ask->nginx->err)
		ask->fn(ask->arg, ask->within,
			nginx_env_groups(ask->nginx, ask->env, groups));
	if (is >= 0)
		return true;
	return both_give(&both, 0, regex);
}

/* Where the host ends: the first '/' that is none of a class or group. */
static const char *slash_find(const char *regex)
{
	bool class = false;
	int depth = 0;

	for (; *regex; regex++) {
		if (*regex == '|' && !class && !depth)
			return NULL;
		if (*regex == '\\' && regex[1] == '/')
			return depth || class ? NULL : regex;
		if (*regex == '\\' && regex[1])
			regex++;
		else if (*regex == '[')
			class = true;
		else if (*regex == ']')
			class = false;
		else if (*regex == '(' && !class)
			depth++;
		else if (*regex == ')' && !class)
			depth--;
		else if (*regex == '/' && !class)
			return depth ? NULL : regex;
	}
	return NULL;
}

static bool any_host(const char *text)
{
	static const char *const texts[] = {"^[^/]+", "^[^/]*", "^.*",
					    "^.+",    "^.*?",	"^[^/]+?"};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (!strcmp(text, texts[i]))
			return true;
	return false;
}

bool nginx_regex_both(const struct nginx_regex_ask *ask, const char *regex,
		      unsigned int flags)
{
	static __thread char room[2][LIMIT_LINE + 4];
	const char *slash = slash_find(regex);
	struct both both = {.ask = ask, .path_text = room[1]};
	const struct format_regex none = {
		.kind = "regex",
		.reason = "host and path cannot be told apart"};

	if (!slash || strlen(regex) > LIMIT_LINE || slash == regex)
		return cannot(ask, &none, regex);
	snprintf(room[0], sizeof(room[0]), "%.*s", (int)(slash - regex), regex);
	snprintf(room[1], sizeof(room[1]), "^%s", slash);
	if (!any_host(room[0])) {
		strcat(room[0], "$");
		both.host_text = room[0];
	}
	return both_give(&both, flags, regex);
}
