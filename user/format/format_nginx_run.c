// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_nginx_act.h"
#include "format_nginx_if.h"
#include "format_nginx_keys.h"
#include "format_nginx_run.h"
#include "format_nginx_tell.h"

enum { RUN_DEPTH = 64 };

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
		if (nginx_is(node, "rewrite") && node->count > 2)
			nginx_rewrite(nginx, node, region, env);
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
