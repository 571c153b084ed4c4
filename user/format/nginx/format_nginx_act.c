// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_first_add.h"
#include "format_nginx_act.h"
#include "format_nginx_inner.h"
#include "format_nginx_keys.h"
#include "format_nginx_maps.h"
#include "format_nginx_regex.h"
#include "format_nginx_tell.h"
#include "format_read.h"
#include "format_text.h"

/* Maps within each other, and all that is found, at most. */
enum { MAP_DEPTH = 64, RUN_STEPS = 50000000 };

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

void nginx_pass(struct nginx *nginx, struct nginx_node *node,
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

	if (map && nginx->depth < MAP_DEPTH) {
		nginx->depth++;
		if (!nginx_map_bind(nginx, map, returning->node, region, env,
				    target_add, returning))
			nginx_pass(nginx, returning->node, region);
		nginx->depth--;
		return;
	}
	returning->action.env = env;
	action_add(nginx, returning->node, region, &returning->action);
}

void nginx_return(struct nginx *nginx, struct nginx_node *node,
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
	nginx_pass(nginx, node, region);
}

static void rewrite_one(void *arg, const struct format_region *region,
			const struct nginx_env *env)
{
	struct returning *returning = arg;

	if (returning->action.target)
		target_add(returning, region, env);
	else
		nginx_pass(returning->nginx, returning->node, region);
}

void nginx_rewrite(struct nginx *nginx, struct nginx_node *node,
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
	else
		nginx_inner_rewrite(nginx, node);
	if (!returning.action.target && !node->told)
		format_left_out(nginx->read, node->at, "not a redirect",
				"rewrite %s within the server", node->word[1]);
	ask.content = !returning.action.target;
	nginx_tell(nginx, NGINX_TOLD_SLASH, node->at);
	nginx_tell(nginx, NGINX_TOLD_DECODED, node->at);
	nginx_regex_path(&ask, node->word[1], FORMAT_REGEX_DECODED);
	if (!returning.action.target)
		node->told = true;
}

void nginx_slash_add(struct nginx *nginx, struct nginx_node *node,
		     const struct format_region *region, const char *path)
{
	struct nginx_action action = {.code = "301", .keep = true};
	static __thread struct format_text text;

	if (strchr(path, '$'))
		return;
	format_text_begin(&text);
	format_text_decoded(&text, path, strlen(path));
	action.target = nginx_text(nginx, text.text, text.len);
	if (action.target)
		action_add(nginx, node, region, &action);
}
