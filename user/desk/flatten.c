// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "ask.h"
#include "check.h"
#include "error.h"
#include "flatten.h"
#include "flatten_code.h"
#include "flatten_hosts.h"
#include "loop_sample.h"
#include "map_lookup.h"
#include "progress.h"
#include "rule_code.h"

enum { HOPS = 20 };

struct flatten {
	struct ruleset *set;
	struct warnings *warnings;
	const struct map *map;
	struct flatten_hosts hosts;
	struct ask ask;
	struct rule rule; /* as it becomes; its target is in target */
	bool keeps;	  /* its requests' queries */
	/* Where it leads to: host and path; open: a remainder follows. */
	bool https, open;
	size_t host_len;
	char host[LIMIT_HOST + 8];
	char path[LIMIT_TARGET + 8];
	char target[ANSWER_MAX], next[ANSWER_MAX];
};

/* Whether a path is its own normal form, whatever follows it. */
static bool is_plain(const char *path)
{
	static const char plain[] = "-._~!$&()+,;=:@/";

	for (; *path; path++)
		if (!isalnum((unsigned char)*path) &&
		    (!strchr(plain, *path) || (*path == '/' && path[1] == '.')))
			return false;
	return true;
}

/* Take the target apart. Returns why that cannot be followed, "" where it need
 * not be, or NULL. */
static const char *target_read(struct flatten *flatten)
{
	const char *host = loop_sample_host(flatten->target);
	size_t i, len = strcspn(host, "/?#"), path_len;

	flatten->https = host - flatten->target == 8;
	flatten->host_len = 0;
	if (!len || len > LIMIT_HOST || memchr(host, ':', len) ||
	    host[len - 1] == '.' || *host == '[')
		return "";
	for (i = 0; i < len; i++)
		flatten->host[i] = tolower((unsigned char)host[i]);
	if (*host == '*')
		*flatten->host = 'x';
	flatten->host_len = len;
	strcpy(flatten->path, host[len] == '/' ? host + len : "/");
	if (*host == '*')
		return "the host that it leads to is the request's";
	if (host[len] && host[len] != '/')
		return "its target has a query or fragment";
	if (strpbrk(flatten->path, "?#"))
		return "its target has a query or fragment";
	path_len = strlen(flatten->path);
	flatten->open = flatten->path[path_len - 1] == '*';
	if (flatten->open)
		flatten->path[path_len - 1] = '\0';
	if (strchr(flatten->path, '{'))
		return "its target has captures";
	return is_plain(flatten->path) ? NULL
				       : "its target's path is not plain";
}

/* Ask for where it leads to, with more behind it; whether a rule redirects that,
 * which is then in ask.met, and where to in next. */
static bool next_ask(struct flatten *flatten, const char *more)
{
	struct ask *ask = &flatten->ask;
	char path[LIMIT_TARGET + 16];
	size_t len = stpcpy(stpcpy(path, flatten->path), more) - path;
	uint32_t addr;

	if (!ask_begin(ask, flatten->map, flatten->https, flatten->host,
		       flatten->host_len, path, len))
		return false;
	addr = map_lookup(flatten->map, &ask->key);
	if (!addr || ask->key.search.last)
		return false;
	len = answer_location(flatten->next, flatten->map, addr, &ask->key);
	flatten->next[len] = '\0';
	return len && ask_rule(ask);
}

/* Whether a rule of first=yes could win for some of where a prefix leads to: not
 * where the path stays, since it wins for the prefix then, too. */
static bool first_differs(const struct flatten *flatten)
{
	const char *path = strchr(flatten->rule.source, '/');
	size_t len = strlen(flatten->path);

	return flatten_hosts_first(&flatten->hosts) &&
	       (strncmp(path, flatten->path, len) || strcmp(path + len, "*"));
}

/* Put together where the next prefix leads to: next. Returns why not, or
 * NULL. */
static const char *open_next(struct flatten *flatten)
{
	const struct rule *met = &flatten->ask.met;
	const char *source = flatten->rule.source;
	const char *prefix = strchr(met->source, '/'), *star, *rest;
	size_t len = strlen(prefix) - 1, path_len = strlen(flatten->path);

	if (prefix[len] != '*' || strchr(prefix, '{') || met->fold)
		return "it leads to no prefix";
	if (*loop_sample_host(met->target) == '*')
		return "the host of the end is the request's";
	if (flatten->rule.source_len < 2 ||
	    (source[flatten->rule.source_len - 2] != '/' &&
	     flatten->path[path_len - 1] == '/'))
		return "what follows may begin with dots";
	if (len > path_len)
		return "it leads to no prefix";
	rest = flatten->path + len;
	star = strchr(met->target, '*');
	if (!star) {
		strcpy(flatten->next, met->target);
		return NULL;
	}
	if (strlen(met->target) + path_len + 1 > LIMIT_TARGET)
		return "its target would be too long";
	sprintf(flatten->next, "%.*s%s%s", (int)(star - met->target),
		met->target, rest, star);
	return NULL;
}

/* What it leads to has one rule for all requests, or why not. */
static const char *next_check(struct flatten *flatten)
{
	const struct rule *met = &flatten->ask.met;
	char source[RULE_SOURCE_SIZE];
	const char *why = NULL;

	strcpy(source, met->source);
	if (flatten->keeps && met->query_drop)
		return "the next one drops the query";
	if (!flatten->open) {
		if (flatten->keeps &&
		    flatten_hosts_query(&flatten->hosts, flatten->host,
					flatten->host_len, flatten->path))
			return "where it leads to depends on the query";
		return strpbrk(flatten->next, "*{")
			       ? "its end has a '*' or a brace"
			       : NULL;
	}
	why = flatten_hosts_below(&flatten->hosts, flatten->host,
				  flatten->host_len, flatten->path, source);
	if (!why && first_differs(flatten))
		why = "a rule with first=yes may win for some of it";
	if (!why && (!next_ask(flatten, "") || strcmp(met->source, source)))
		why = "other rules are for some of where it leads to";
	return why ? why : open_next(flatten);
}

/* Whether it only goes to https of the same URL. */
static bool is_upgrade(const struct flatten *flatten)
{
	const char *source = flatten->rule.source;
	const char *path = source + flatten->host_len;
	size_t len = strlen(flatten->path);

	return flatten->https && flatten->rule.scheme == RULE_SCHEME_HTTP &&
	       !strncmp(source, flatten->host, flatten->host_len) &&
	       !strncmp(path, flatten->path, len) &&
	       !strcmp(path + len, flatten->open ? "*" : "");
}

static void next_take(struct flatten *flatten)
{
	const struct rule *met = &flatten->ask.met;
	struct rule *rule = &flatten->rule;

	rule->code = flatten_code(rule->code, met->code);
	if (met->max_age < rule->max_age)
		rule->max_age = met->max_age;
	strcpy(flatten->target, flatten->next);
	rule->target = flatten->target;
	rule->target_len = strlen(flatten->target);
}

/* Follow the rule to its end. Returns why that cannot be, or NULL; *hops
 * receives how many it has taken. */
static const char *rule_follow(struct flatten *flatten, int *hops)
{
	const char *why;

	for (*hops = 0; *hops <= HOPS; ++*hops) {
		why = target_read(flatten);
		if (why && !*why)
			return NULL;
		if (!*hops && is_upgrade(flatten))
			return NULL;
		if (why)
			return next_ask(flatten, "") ? why : NULL;
		if (!next_ask(flatten, flatten->open ? "~/~/~" : ""))
			return NULL;
		why = next_check(flatten);
		if (why)
			return why;
		if (strlen(flatten->next) > LIMIT_TARGET)
			return "its target would be too long";
		next_take(flatten);
	}
	return "it comes to no end";
}

static void not_tell(const struct flatten *flatten,
		     const struct ruleset_entry *entry, const char *why)
{
	struct warning warning;
	struct rule rule;

	ruleset_get(entry, &rule);
	warning = check_about("not flattened", entry, &rule);
	warnings_add(flatten->warnings, &warning, "%s to %s: %s",
		     warning.source, rule.target, why);
}

static int entry_flatten(struct flatten *flatten, struct ruleset_entry *entry,
			 struct ruleset *out)
{
	struct rule *rule = &flatten->rule;
	const char *why, *query;
	int hops = 0;

	ruleset_get(entry, rule);
	if (!rule_code(rule->code)->target)
		return ruleset_add(out, rule, entry->line);
	query = strchr(rule->source, '?');
	flatten->keeps = !rule->query_drop &&
			 (!query || rule->source[rule->source_len - 1] == '*');
	strcpy(flatten->target, rule->target);
	why = rule_follow(flatten, &hops);
	if (!why && hops && !rule_final_suits(&rule->final, rule->code))
		why = "final= does not suit its code";
	if (why) {
		not_tell(flatten, entry, why);
		ruleset_get(entry, rule);
	}
	return ruleset_add(out, rule, entry->line);
}

int flatten(struct ruleset *set, const struct map *map,
	    struct warnings *warnings)
{
	struct flatten *flatten = calloc(1, sizeof(*flatten));
	struct ruleset out = {0};
	int err = flatten ? 0 : error_sys(-ENOMEM, "cannot flatten");
	size_t i;

	if (err || !map)
		goto end;
	flatten->set = set;
	flatten->map = map;
	flatten->warnings = warnings;
	err = flatten_hosts_fill(&flatten->hosts, set);
	progress_stage("flattening", set->count);
	for (i = 0; i < set->count && !err; i++) {
		err = entry_flatten(flatten, &set->entries[i], &out);
		progress_at(i + 1);
	}
	if (!err) {
		struct ruleset old = *set;

		*set = out;
		out = old;
	}
	flatten_hosts_free(&flatten->hosts);
end:
	ruleset_free(&out);
	free(flatten);
	return err;
}
