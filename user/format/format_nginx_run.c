// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format_base.h"
#include "format_first_add.h"
#include "format_nginx_if.h"
#include "format_nginx_keys.h"
#include "format_nginx_maps.h"
#include "format_nginx_regex.h"
#include "format_nginx_run.h"
#include "format_nginx_tell.h"
#include "format_read.h"

enum { RUN_DEPTH = 64, RUN_STEPS = 50000000 };

static bool redirects(const struct nginx_node *node)
{
	const char *code = node->count > 1 ? node->word[1] : "";

	if (nginx_is(node, "return"))
		return (*code == '3' && node->count > 2) ||
		       !strcmp(code, "410") ||
		       (node->count == 2 && (*code < '0' || *code > '9'));
	if (nginx_is(node, "rewrite"))
		return node->count > 3
			       ? !strcmp(node->word[3], "permanent") ||
					 !strcmp(node->word[3], "redirect")
			       : node->count > 2 &&
					 strstr(node->word[2], "://");
	return false;
}

bool nginx_redirects(const struct nginx_node *node)
{
	const struct nginx_node *child;

	if (redirects(node))
		return true;
	for (child = node->child; child; child = child->next)
		if (nginx_redirects(child))
			return true;
	return false;
}

static bool entry_add(struct nginx *nginx, const struct format_region *region,
		      const struct nginx_action *action, unsigned long at)
{
	struct format_first_entry entry = {*region, action, NULL, at};
	unsigned long before = 0;
	int added;

	if (nginx->err)
		return false;
	if (++nginx->steps > RUN_STEPS)
		nginx->err = -E2BIG;
	added = format_first_add(&nginx->first, &entry, &before);
	if (added < 0)
		nginx->err = added;
	return added > 0;
}

void nginx_run_pass(struct nginx *nginx, struct nginx_node *node,
		    const struct format_region *region)
{
	entry_add(nginx, region, NULL, node->at);
}

static void action_add(struct nginx *nginx, struct nginx_node *node,
		       const struct format_region *region,
		       const struct nginx_action *like)
{
	struct nginx_action *action = nginx_take(nginx, sizeof(*action));

	if (!action)
		return;
	*action = *like;
	action->node = node;
	action->server = nginx->server;
	action->name_in_redirect = nginx->name_in_redirect;
	if (entry_add(nginx, region, action, node->at))
		node->reached = true;
}

/* Where a target has a map's variable that is not bound yet. */
static struct nginx_map *unbound_find(const struct nginx *nginx,
				      const char *target,
				      const struct nginx_env *env)
{
	const struct nginx_env *bound;
	struct nginx_map *map;
	size_t len;

	while ((target = strchr(target, '$'))) {
		target += 1 + (target[1] == '{');
		len = strspn(target, "abcdefghijklmnopqrstuvwxyz_"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
		map = nginx_map_find(nginx, target, len);
		for (bound = env; map && bound; bound = bound->next)
			if (bound->name && !strcmp(bound->name, map->name))
				break;
		if (map && !bound)
			return map;
	}
	return NULL;
}

struct returning {
	struct nginx *nginx;
	struct nginx_node *node;
	struct nginx_action action;
};

static void target_add(void *arg, const struct format_region *region,
		       const struct nginx_env *env)
{
	struct returning *returning = arg;
	struct nginx *nginx = returning->nginx;
	struct nginx_map *map =
		unbound_find(nginx, returning->action.target, env);

	if (map && nginx->depth < RUN_DEPTH) {
		nginx->depth++;
		nginx_map_bind(nginx, map, returning->node, region, env,
			       target_add, returning);
		nginx->depth--;
		return;
	}
	returning->action.env = env;
	action_add(nginx, returning->node, region, &returning->action);
}

static void return_run(struct nginx *nginx, struct nginx_node *node,
		       const struct format_region *region,
		       const struct nginx_env *env)
{
	struct returning returning = {nginx, node, {.code = node->word[1]}};
	const char *code = node->word[1];

	if (node->count == 2 && strspn(code, "0123456789") != strlen(code)) {
		returning.action.code = "302";
		returning.action.target = code;
		target_add(&returning, region, env);
		return;
	}
	if (!strcmp(code, "410")) {
		action_add(nginx, node, region, &returning.action);
		return;
	}
	if (node->count == 3 && *code == '3' &&
	    (!strcmp(code, "301") || !strcmp(code, "302") ||
	     !strcmp(code, "303") || !strcmp(code, "307") ||
	     !strcmp(code, "308"))) {
		returning.action.target = node->word[2];
		target_add(&returning, region, env);
		return;
	}
	if (*code == '3')
		nginx_cannot(nginx, node, "code",
			     "no redirect that rules have");
	else if (!node->told) {
		format_left_out(nginx->read, node->at, "not a redirect",
				"return %s", code);
		node->told = true;
	}
	nginx_run_pass(nginx, node, region);
}

static void rewrite_one(void *arg, const struct format_region *region,
			const struct nginx_env *env)
{
	struct returning *returning = arg;

	if (returning->action.target)
		target_add(returning, region, env);
	else
		nginx_run_pass(returning->nginx, returning->node, region);
}

static void rewrite_run(struct nginx *nginx, struct nginx_node *node,
			const struct format_region *region,
			const struct nginx_env *env)
{
	struct returning returning = {
		nginx, node, {.code = "302", .keep = true}};
	struct nginx_regex_ask ask = {nginx,	   node,       region,	 env,
				      rewrite_one, &returning, node->at, false};
	const char *flag = node->count > 3 ? node->word[3] : "";
	char *target =
		(char *)nginx_text(nginx, node->word[2], strlen(node->word[2]));
	size_t len;

	if (!target)
		return;
	len = strlen(target);
	if (len && target[len - 1] == '?') {
		target[len - 1] = '\0';
		returning.action.keep = false;
	}
	if (!strcmp(flag, "permanent"))
		returning.action.code = "301";
	if (!strcmp(flag, "permanent") || !strcmp(flag, "redirect") ||
	    !strncmp(target, "http://", 7) || !strncmp(target, "https://", 8) ||
	    !strncmp(target, "$scheme", 7))
		returning.action.target = target;
	else if (!node->told)
		format_left_out(nginx->read, node->at, "not a redirect",
				"rewrite %s within the server", node->word[1]);
	ask.content = !returning.action.target;
	nginx_tell(nginx, NGINX_TOLD_SLASH, node->at);
	nginx_tell(nginx, NGINX_TOLD_DECODED, node->at);
	nginx_regex_path(&ask, node->word[1], FORMAT_REGEX_DECODED);
	if (!returning.action.target)
		node->told = true;
}

struct asking {
	struct nginx *nginx;
	struct nginx_node *node;
	const struct nginx_next *then, *rest;
	enum nginx_if kind;
};

static void asked_run(void *arg, const struct format_region *region,
		      const struct nginx_env *env)
{
	const struct asking *asking = arg;
	bool unknown = false, yes = asking->kind == NGINX_IF_TRUE;

	if (asking->kind == NGINX_IF_SPLIT)
		yes = nginx_if_true(asking->nginx, asking->node, env, &unknown);
	if (unknown)
		nginx_cannot(asking->nginx, asking->node, "condition",
			     "what it says of this variable");
	nginx_run(asking->nginx, yes ? asking->then : asking->rest, region,
		  env);
}

/* Run the block for what the condition is said of, and what follows for the
 * others. Returns whether that has been done. */
static bool if_run(struct nginx *nginx, struct nginx_node *node,
		   const struct nginx_next *rest,
		   const struct format_region *region,
		   const struct nginx_env *env)
{
	struct nginx_next then = {.at = node->child, .up = rest};
	struct asking asking = {nginx, node, &then, rest,
				nginx_if_kind(nginx, node, env)};

	if (asking.kind == NGINX_IF_UNKNOWN) {
		if (nginx_redirects(node))
			nginx_cannot(
				nginx, node, "condition",
				"rules look at scheme, host, path and query");
		return false;
	}
	if (!nginx_if_ask(nginx, node, region, env, asked_run, &asking))
		return false;
	if (asking.kind == NGINX_IF_SPLIT)
		return true;
	nginx_run(nginx, asking.kind == NGINX_IF_TRUE ? rest : &then, region,
		  env);
	return true;
}

/* What follows a "break": the end of the server's, or location's. */
static struct nginx_next break_to(const struct nginx_next *next)
{
	struct nginx_next end;

	while (!next->server && !next->location && next->up)
		next = next->up;
	end = *next;
	end.at = NULL;
	return end;
}

static void end_run(struct nginx *nginx, const struct nginx_next *next,
		    const struct format_region *region,
		    const struct nginx_env *env)
{
	if (next->server)
		nginx->locations(nginx, next->server, region, env);
	else if (next->location)
		nginx_run_pass(nginx, next->location, region);
}

static void steps_run(struct nginx *nginx, const struct nginx_next *from,
		      const struct format_region *region,
		      const struct nginx_env *env)
{
	struct nginx_next next = *from;

	while (!nginx->err) {
		struct nginx_node *node;

		while (!next.at && next.up)
			next = *next.up;
		node = next.at;
		if (!node) {
			end_run(nginx, &next, region, env);
			return;
		}
		next.at = node->next;
		if (nginx_is(node, "return") && node->count > 1) {
			return_run(nginx, node, region, env);
			return;
		}
		if (nginx_is(node, "rewrite") && node->count > 2)
			rewrite_run(nginx, node, region, env);
		else if (nginx_is(node, "if") && node->block &&
			 if_run(nginx, node, &next, region, env))
			return;
		else if (nginx_is(node, "set") && node->count == 3 &&
			 *node->word[1] == '$')
			env = nginx_env_set(nginx, env, node->word[1],
					    node->word[2], env);
		else if (nginx_is(node, "break"))
			next = break_to(&next);
	}
}

void nginx_run(struct nginx *nginx, const struct nginx_next *next,
	       const struct format_region *region, const struct nginx_env *env)
{
	if (nginx->depth == RUN_DEPTH) {
		nginx->err = -E2BIG;
		return;
	}
	nginx->depth++;
	steps_run(nginx, next, region, env);
	nginx->depth--;
}
