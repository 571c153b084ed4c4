// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "format_base.h"
#include "format_nginx_target.h"
#include "format_nginx_tell.h"
#include "format_nginx_value.h"
#include "format_read.h"
#include "format_regex_target.h"

static void expand(struct nginx_target *target, const char *text,
		   const struct nginx_env *env);

static void cannot(struct nginx_target *target, const char *kind,
		   const char *why)
{
	if (target->why)
		return;
	target->kind = kind;
	target->why = why;
}

static void raw(struct nginx_target *target, const char *text)
{
	if (target->keep)
		cannot(target, "variable", "something follows the query");
	format_text_raw(&target->text, text, strlen(text));
}

/* A pattern, whose captures have their names alone in a target. */
static void pattern_add(struct nginx_target *target, const char *path)
{
	while (*path) {
		size_t len = strcspn(path, ":");
		bool digits = !strncmp(path + len, ":digits}", 8) &&
			      memrchr(path, '{', len);

		format_text_raw(&target->text, path, len);
		if (path[len] && !digits)
			format_text_raw(&target->text, ":", 1);
		path += len + (digits ? 7 : path[len] != '\0');
	}
}

/* The path of the region, as a target has it. */
static void path_add(struct nginx_target *target, bool query)
{
	const struct format_region *region = target->region;
	size_t len = strlen(region->path), i;

	for (i = 0; region->fold && i < len; i++)
		if (isalpha((unsigned char)region->path[i]))
			nginx_tell(target->nginx, NGINX_TOLD_CASE,
				   target->action->node->at);
	if (target->keep) {
		cannot(target, "variable", "something follows the query");
		return;
	}
	if (region->kind == FORMAT_REGION_QUERY && !query)
		len = strcspn(region->path, "?");
	/* of a set of pairs those that are consumed, then the others */
	if (len > 2 && !memcmp(region->path + len - 2, "&*", 2)) {
		len -= 2;
		target->keep = true;
		nginx_tell(target->nginx, NGINX_TOLD_PAIRS,
			   target->action->node->at);
	}
	if (region->kind == FORMAT_REGION_PATTERN)
		pattern_add(target, region->path);
	else
		format_text_raw(&target->text, region->path, len);
	if (region->kind == FORMAT_REGION_QUERY)
		return;
	if (region->kind == FORMAT_REGION_PREFIX)
		raw(target, "*");
	if (query && strchr(target->text.text, '?'))
		nginx_tell(target->nginx, NGINX_TOLD_KEPT,
			   target->action->node->at);
	if (query) {
		target->keep = true;
		nginx_tell(target->nginx, NGINX_TOLD_RAW,
			   target->action->node->at);
	} else if (region->kind != FORMAT_REGION_EXACT) {
		nginx_tell(target->nginx, NGINX_TOLD_SLASH,
			   target->action->node->at);
		nginx_tell(target->nginx, NGINX_TOLD_URI,
			   target->action->node->at);
	}
}

/* What a '*' of the way's path stands for in the region's. */
static void rest_add(struct nginx_target *target,
		     const struct nginx_groups *groups)
{
	const struct format_region *region = target->region;
	size_t len = strlen(groups->path) - 1;
	size_t has = strlen(region->path);

	if (region->kind == FORMAT_REGION_QUERY)
		has = strcspn(region->path, "?");
	if (strchr(groups->path, '{') ||
	    region->kind == FORMAT_REGION_PATTERN) {
		cannot(target, "overlap", "what varies where two sources meet");
		return;
	}
	if (has > len)
		format_text_raw(&target->text, region->path + len, has - len);
	if (region->kind == FORMAT_REGION_PREFIX)
		raw(target, "*");
}

/* The region's path is the way's, so that groups are as they are there. */
static bool same_path(const struct format_region *region,
		      const struct nginx_groups *groups)
{
	size_t len = strlen(region->path);

	return groups->path && !strncmp(region->path, groups->path, len) &&
	       (region->kind == FORMAT_REGION_PREFIX
			? !strcmp(groups->path + len, "*")
			: !groups->path[len]);
}

/* Whether what comes next begins the target's host. */
static bool at_host(const struct nginx_target *target)
{
	return !strcmp(target->text.text, "https://") ||
	       !strcmp(target->text.text, "http://");
}

/* What the '*' of the way's host stands for in the region's. */
static void host_rest_add(struct nginx_target *target,
			  const struct nginx_groups *groups)
{
	const char *host = target->region->host;
	size_t of = strlen(groups->host) - 1, len = strlen(host);

	if (!strcmp(host, groups->host) && !at_host(target))
		cannot(target, "variable",
		       "a part of the host elsewhere than at the host's begin");
	else if (!strcmp(host, groups->host))
		raw(target, "*");
	else if (*host == '*' || len < of)
		cannot(target, "overlap", "what varies where two hosts meet");
	else
		format_text_raw(&target->text, host, len - of);
}

/* The query that the source has, which a rule consumes; of a set of pairs the
 * others follow. */
static void own_query_add(struct nginx_target *target)
{
	const char *query = strchr(target->region->path, '?');
	struct format_text *text = &target->text;
	size_t len = strlen(++query);
	char last = text->len ? text->text[text->len - 1] : '\0';

	if (last != '?' && last != '&')
		format_text_raw(text, strchr(text->text, '?') ? "&" : "?", 1);
	if (len > 2 && !strcmp(query + len - 2, "&*")) {
		len -= 2;
		target->keep = true;
		nginx_tell(target->nginx, NGINX_TOLD_PAIRS,
			   target->action->node->at);
	}
	format_text_raw(text, query, len);
	target->own_query = true;
}

/* written: as "?$args", where the '?' is the query's own. */
static void query_add(struct nginx_target *target, bool written)
{
	char *text = target->text.text;
	size_t len = target->text.len;

	if (target->region->kind == FORMAT_REGION_QUERY && !target->keep) {
		own_query_add(target);
		return;
	}
	nginx_tell(target->nginx, NGINX_TOLD_EMPTY, target->action->node->at);
	if (written && len && (text[len - 1] == '?' || text[len - 1] == '&')) {
		nginx_tell(target->nginx, NGINX_TOLD_KEPT,
			   target->action->node->at);
		text[--target->text.len] = '\0';
	} else if (target->keep)
		cannot(target, "variable", "the query is put in twice");
	else if (strchr(text, '?'))
		nginx_tell(target->nginx, NGINX_TOLD_KEPT,
			   target->action->node->at);
	target->keep = true;
}

static void group_add(struct nginx_target *target,
		      const struct nginx_groups *groups, unsigned int i)
{
	const char *text = i < groups->count ? groups->group[i].text : NULL;
	bool host = groups->hosts & 1U << i, rest;

	if (i && i == groups->query)
		query_add(target, false);
	if (!text)
		return;
	if (target->keep)
		cannot(target, "variable", "something follows the query");
	if (groups->letters & 1U << i || groups->order & 1U << i)
		nginx_unlike(
			target->nginx, target->action->node->word[0],
			(groups->letters & 1U << i ? FORMAT_REGEX_LETTERS : 0) |
				(groups->order & 1U << i ? FORMAT_REGEX_ORDER
							 : 0),
			target->action->node->at);
	if (strpbrk(text, "*{") && !host)
		nginx_tell(target->nginx, NGINX_TOLD_URI,
			   target->action->node->at);
	rest = !host && groups->rest_query && strchr(text, '*');
	for (; *text; text++) {
		if (*text == '*' && host)
			host_rest_add(target, groups);
		else if (*text == '*' && !same_path(target->region, groups))
			rest_add(target, groups);
		else if (*text == '{' && !same_path(target->region, groups))
			cannot(target, "overlap",
			       "what varies where two sources meet");
		else
			format_text_raw(&target->text, text, 1);
	}
	if (rest)
		query_add(target, false);
}

/* Find what a group's name or number says. */
static bool groups_find(struct nginx_target *target,
			const struct nginx_env *env, const char *name,
			size_t len)
{
	unsigned int i;

	for (; env; env = env->next) {
		if (env->name && strlen(env->name) == len + 1 &&
		    !strncmp(env->name + 1, name, len)) {
			if (env->text)
				expand(target, env->text, env->of);
			else
				cannot(target, "variable",
				       "set where rules cannot look");
			return true;
		}
		if (!env->groups)
			continue;
		if (len == 1 && isdigit((unsigned char)*name)) {
			group_add(target, env->groups, *name - '0');
			return true;
		}
		for (i = 0; i < env->groups->count; i++)
			if (env->groups->group[i].name &&
			    strlen(env->groups->group[i].name) == len &&
			    !strncmp(env->groups->group[i].name, name, len)) {
				group_add(target, env->groups, i);
				return true;
			}
	}
	return false;
}

static void server_add(struct nginx_target *target)
{
	const char *name = target->action->server;

	if (!name || *name == '~' || *name == '*' || *name == '.')
		cannot(target, "variable", "$server_name is no host");
	else
		raw(target, name);
}

/* The request's host. */
static void host_add(struct nginx_target *target)
{
	const char *host = target->region->host;

	if (*host == '*' && !at_host(target))
		cannot(target, "variable",
		       "a host that varies elsewhere than at the host's begin");
	else
		raw(target, host);
}

static bool is(const char *name, size_t len, const char *of)
{
	return strlen(of) == len && !strncmp(name, of, len);
}

static void variable_add(struct nginx_target *target,
			 const struct nginx_env *env, const char *name,
			 size_t len)
{
	if (groups_find(target, env, name, len))
		return;
	if (is(name, len, "scheme")) {
		target->by_scheme = true;
		raw(target, target->tls ? "https" : "http");
	} else if (is(name, len, "host") || is(name, len, "http_host")) {
		if (len > 4)
			nginx_tell(target->nginx, NGINX_TOLD_HTTP_HOST,
				   target->action->node->at);
		host_add(target);
	} else if (is(name, len, "server_name"))
		server_add(target);
	else if (is(name, len, "request_uri"))
		path_add(target, true);
	else if (is(name, len, "uri") || is(name, len, "document_uri"))
		path_add(target, false);
	else if (is(name, len, "is_args"))
		; /* with $args */
	else if (is(name, len, "args") || is(name, len, "query_string"))
		query_add(target, true);
	else if (!(len == 1 && isdigit((unsigned char)*name)))
		cannot(target, "variable", "a variable that rules have not");
}

/* A '#' begins a fragment here. */
static void literal_add(struct nginx_target *target, const char *text,
			size_t len)
{
	bool bytes = false;
	size_t i;

	for (i = 0; i < len; i++)
		bytes |= (unsigned char)(text[i] - '!') > '~' - '!';
	if (bytes)
		nginx_tell(target->nginx, NGINX_TOLD_BYTES,
			   target->action->node->at);
	while (len) {
		const char *hash = memchr(text, '#', len);
		size_t n = hash ? (size_t)(hash - text) : len;

		format_text_url(&target->text, text, n);
		if (hash)
			format_text_raw(&target->text, "#", 1);
		n += hash != NULL;
		text += n;
		len -= n;
	}
}

static void expand(struct nginx_target *target, const char *text,
		   const struct nginx_env *env)
{
	if (++target->depth > 16)
		cannot(target, "variable", "variables within each other");
	while (*text && !target->why) {
		size_t len = strcspn(text, "$");
		const char *name;

		if (len) {
			if (target->keep && *text != '#')
				cannot(target, "variable",
				       "something follows the query");
			literal_add(target, text, len);
			text += len;
			continue;
		}
		text = nginx_variable(text, &name, &len);
		variable_add(target, env, name, len);
	}
	target->depth--;
}

/* The request's own scheme and host before a path. */
static void relative_make(struct nginx_target *target)
{
	static __thread struct format_text path;

	path = target->text;
	format_text_begin(&target->text);
	target->by_scheme = true;
	nginx_tell(target->nginx, NGINX_TOLD_RELATIVE,
		   target->action->node->at);
	format_text_raw(&target->text, target->tls ? "https://" : "http://",
			target->tls ? 8 : 7);
	if (target->action->name_in_redirect) {
		bool keep = target->keep;

		target->keep = false;
		server_add(target);
		target->keep = keep;
	} else
		format_text_raw(&target->text, target->region->host,
				strlen(target->region->host));
	format_text_raw(&target->text, path.text, path.len);
}

void nginx_target_make(struct nginx_target *target, struct nginx *nginx,
		       const struct nginx_action *action,
		       const struct format_region *region, bool tls)
{
	const char *reason;

	target->nginx = nginx;
	target->action = action;
	target->region = region;
	target->tls = tls;
	target->keep = target->by_scheme = target->own_query = false;
	target->depth = 0;
	target->kind = target->why = NULL;
	format_text_begin(&target->text);
	expand(target, target->action->target, target->action->env);
	if (target->action->keep && !target->keep && !target->own_query)
		query_add(target, false);
	if (target->why)
		return;
	if (*target->text.text == '/' && !target->nginx->read->options.base)
		relative_make(target);
	reason =
		format_target_reason(target->text.text, target->text.len, true);
	if (!reason && !target->nginx->read->options.base &&
	    !format_absolute(target->text.text, target->text.len))
		reason = "no URL";
	if (reason)
		cannot(target, "target", reason);
}
