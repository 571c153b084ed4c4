// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_nginx_act.h"
#include "format_nginx_block.h"
#include "format_nginx_if.h"
#include "format_nginx_run.h"
#include "format_nginx_tell.h"
#include "format_nginx_value.h"
#include "format_read.h"

enum { RUN_DEPTH = 64 };

/* An "if" that is run. */
struct asking {
	struct nginx *nginx;
	struct nginx_node *node;
	const struct nginx_next *then, *rest;
	enum nginx_if kind;
	const struct format_region *whole;
	/* what becomes of all of that */
	bool decided, yes;
	const struct nginx_env *env;
};

static bool same_region(const struct format_region *a,
			const struct format_region *b)
{
	return a->kind == b->kind && a->fold == b->fold &&
	       a->schemes == b->schemes && !strcmp(a->host, b->host) &&
	       !strcmp(a->path, b->path);
}

/* What a block sets is not known behind it. */
static const struct nginx_env *sets_forget(struct nginx *nginx,
					   const struct nginx_node *block,
					   const struct nginx_env *env)
{
	const struct nginx_node *node;

	for (node = block->child; node; node = node->next)
		if (nginx_is(node, "set") && node->count > 1)
			env = nginx_env_set(nginx, env, node->word[1], NULL,
					    NULL);
		else
			env = sets_forget(nginx, node, env);
	return env;
}

/* A condition that rules have not. */
static const struct nginx_env *unknown_pass(struct nginx *nginx,
					    struct nginx_node *node,
					    const struct nginx_env *env)
{
	if (nginx_redirects(node))
		nginx_cannot(nginx, node, "condition",
			     "rules look at scheme, host, path and query");
	else if (!node->told && nginx_ends(node)) {
		format_differs(
			nginx->read, node->at, "condition",
			"if %s ...: what it is said of is no redirect, and rules may redirect it",
			node->count > 1 ? node->word[1] : "");
		node->told = true;
	}
	return sets_forget(nginx, node, env);
}

static void asked_run(void *arg, const struct format_region *region,
		      const struct nginx_env *env)
{
	struct asking *asking = arg;
	bool unknown = false, yes = asking->kind == NGINX_IF_TRUE;

	if (asking->decided)
		return;
	if (asking->kind == NGINX_IF_SPLIT)
		yes = nginx_if_true(asking->nginx, asking->node, region, env,
				    &unknown);
	if (unknown)
		env = unknown_pass(asking->nginx, asking->node, env);
	else if (asking->kind == NGINX_IF_SPLIT &&
		 nginx_if_matches(asking->node))
		env = nginx_env_clear(asking->nginx, env);
	if (same_region(region, asking->whole)) {
		asking->decided = true;
		asking->yes = yes;
		asking->env = env;
		return;
	}
	nginx_run(asking->nginx, yes ? asking->then : asking->rest, region,
		  env);
}

/* Run the block for what the condition is said of, and what follows for the
 * others. What is left goes on behind it: *next and *env. */
static void if_run(struct nginx *nginx, struct nginx_node *node,
		   struct nginx_next *next, const struct format_region *region,
		   const struct nginx_env **env)
{
	struct nginx_next *rest = nginx_take(nginx, 2 * sizeof(*rest));
	struct asking asking = {.nginx = nginx,
				.node = node,
				.rest = rest,
				.whole = region,
				.env = *env};

	if (!rest)
		return;
	rest[0] = *next;
	rest[1] = (struct nginx_next){.at = node->child, .up = rest};
	asking.then = &rest[1];
	asking.kind = nginx_if_kind(nginx, node, region, *env);
	asking.yes = asking.kind == NGINX_IF_FALSE;
	if (asking.kind == NGINX_IF_UNKNOWN ||
	    !nginx_if_ask(nginx, node, region, *env, asked_run, &asking)) {
		*env = unknown_pass(nginx, node, *env);
		if (nginx_if_matches(node))
			*env = nginx_env_clear(nginx, *env);
		return;
	}
	*next = asking.yes ? rest[1] : rest[0];
	*env = asking.env;
	if (!asking.decided && nginx_if_matches(node))
		*env = nginx_env_clear(nginx, *env);
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
		nginx_pass(nginx, next->location, region);
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
			nginx_return(nginx, node, region, env);
			return;
		}
		if (nginx_is(node, "rewrite") && node->count > 2) {
			nginx_rewrite(nginx, node, region, env);
			env = nginx_env_clear(nginx, env);
		} else if (nginx_is(node, "if") && node->block)
			if_run(nginx, node, &next, region, &env);
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
