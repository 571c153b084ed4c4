// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "format_haproxy_asked.h"
#include "format_haproxy_asks.h"
#include "format_haproxy_model.h"
#include "format_haproxy_query.h"
#include "format_haproxy_step.h"

/* The test of a term that has exact paths alone. */
static struct haproxy_literal *paths_find(struct haproxy_literal *literal)
{
	size_t i;

	for (; literal; literal = literal->next) {
		const struct haproxy_set *set = &literal->acl->set;

		for (i = 0; i < set->count; i++)
			if (*set->regions[i].path != '/' ||
			    set->regions[i].kind == FORMAT_REGION_PREFIX ||
			    set->regions[i].kind == FORMAT_REGION_PATTERN)
				break;
		if (set->count && i == set->count && !literal->negated)
			return literal;
	}
	return NULL;
}

/* All regions of one test with all of another. */
static int literals_meet(struct haproxy *haproxy,
			 struct haproxy_literal *literal,
			 const struct haproxy_set *paths, unsigned long at)
{
	const struct haproxy_set *queries = &literal->acl->set;
	struct haproxy_acl *acl =
		format_pool_take(&haproxy->pool, sizeof(*acl));
	struct format_region both;
	size_t i, k;
	int got = acl ? 0 : -ENOMEM;

	for (i = 0; got >= 0 && i < paths->count; i++)
		for (k = 0; got >= 0 && k < queries->count; k++) {
			got = haproxy_query_meet(haproxy, &both,
						 &paths->regions[i],
						 &queries->regions[k], at);
			if (got > 0 &&
			    haproxy_set_add(haproxy, &acl->set, &both))
				got = -ENOMEM;
		}
	literal->acl = acl;
	return got < 0 ? got : 0;
}

static bool is_mixed(const struct haproxy_set *set)
{
	bool is = haproxy_query_is(set);
	size_t i;

	for (i = 1; i < set->count; i++)
		if ((*set->regions[i].path == '?') != is)
			return true;
	return false;
}

/* Why a test of a query cannot be said; NULL: it can. */
static const char *why_not(const struct haproxy_literal *literal,
			   const struct haproxy_literal *paths)
{
	if (is_mixed(&literal->acl->set))
		return "a query, or something else";
	return haproxy_query_is(&literal->acl->set) && !paths
		       ? "a query without a path"
		       : NULL;
}

static int term_meet(struct haproxy *haproxy, struct haproxy_step *step,
		     struct haproxy_term *term)
{
	struct haproxy_literal *paths = paths_find(term->first), *literal;
	int err = 0;

	for (literal = term->first; !err && literal; literal = literal->next) {
		if (haproxy_asks_for_map(step, literal))
			continue;
		step->cond.why = why_not(literal, paths);
		if (step->cond.why) {
			const struct haproxy_expr *expr = literal->acl->expr;

			step->cond.what = expr ? expr->text : NULL;
			return 0;
		}
		if (!haproxy_query_is(&literal->acl->set))
			continue;
		err = literals_meet(haproxy, literal, &paths->acl->set,
				    step->at);
		if (literal->negated)
			continue;
		paths->acl = literal->acl;
		paths = literal;
	}
	return err;
}

int haproxy_asked(struct haproxy *haproxy, struct haproxy_step *step)
{
	struct haproxy_term *term = step->cond.terms;
	int err = 0;

	for (; !err && !step->cond.why && term; term = term->next)
		err = term_meet(haproxy, step, term);
	return err;
}
