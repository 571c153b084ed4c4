// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "format_haproxy_asks.h"
#include "format_haproxy_step.h"

bool haproxy_asks_for_map(const struct haproxy_step *step,
			  const struct haproxy_literal *literal)
{
	const struct haproxy_expr *expr = literal->acl->expr;
	const struct haproxy_expr *map = step->action.map;

	return map && expr && expr->file && !literal->negated &&
	       literal->acl->match == HAPROXY_FOUND && !expr->subs &&
	       !map->subs && !strcmp(expr->file, map->file) &&
	       expr->fetch == map->fetch && expr->lower == map->lower &&
	       expr->decoded == map->decoded &&
	       expr->map_match == map->map_match &&
	       (expr->fetch != HAPROXY_PARAM || !strcmp(expr->name, map->name));
}

bool haproxy_term_asks_for_map(const struct haproxy_step *step,
			       const struct haproxy_term *term)
{
	const struct haproxy_literal *literal = term->first;

	for (; literal; literal = literal->next)
		if (haproxy_asks_for_map(step, literal))
			return true;
	return false;
}
