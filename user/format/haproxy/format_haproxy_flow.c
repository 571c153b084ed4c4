// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format_first_add.h"
#include "format_haproxy_asks.h"
#include "format_haproxy_flow.h"
#include "format_haproxy_model.h"
#include "format_haproxy_query.h"
#include "format_haproxy_steps.h"
#include "format_haproxy_tell.h"
#include "format_read.h"

enum {
	FLOW_STEPS = 200000000, /* regions that are compared, at most */
	FLOW_DEPTH = 100,	/* exceptions within each other */
};

/* Where a request is: the steps that it goes through, and how deep. */
struct flow {
	struct haproxy *haproxy;
	const struct haproxy_steps *steps;
	unsigned int depth;
	bool unsure; /* the last two may have more in common than is known */
};

static int flow_run(struct flow *flow, size_t i,
		    const struct haproxy_term *term,
		    const struct format_region *region);

static int meet(struct flow *flow, struct format_region *both,
		const struct format_region *a, const struct format_region *b,
		unsigned long at)
{
	bool unsure = false, met;

	if (++flow->haproxy->steps > FLOW_STEPS)
		return -E2BIG;
	met = format_region_meet(both, a, b, &unsure);
	if (unsure)
		haproxy_tell(flow->haproxy, HAPROXY_TOLD_ORDER, at);
	flow->unsure = unsure;
	return met;
}

/* Add an entry. Returns whether it is reached, or -ENOMEM. */
static int entry_add(struct flow *flow, const struct format_region *region,
		     const struct haproxy_action *action, const char *value,
		     unsigned long at, unsigned long *before)
{
	struct format_first_entry entry = {*region, action, value, at};

	return format_first_add(&flow->haproxy->first, &entry, before);
}

static int pass_add(struct flow *flow, const struct format_region *region,
		    unsigned long at)
{
	unsigned long before;
	int got = entry_add(flow, region, NULL, NULL, at, &before);

	return got < 0 ? got : 0;
}

/* Whether earlier entries have all requests of a region. */
static bool covered(struct flow *flow, const struct format_region *region,
		    unsigned long *before)
{
	const struct format_first *first = &flow->haproxy->first;
	uint32_t entries[2];
	unsigned int i;

	format_first_both(first, region, entries);
	for (i = 0; i < 2; i++) {
		if (!(region->schemes & 1U << i))
			continue;
		if (entries[i] == FORMAT_FIRST_NONE)
			return false;
		*before = first->entries[entries[i]].at;
	}
	return true;
}

/* What a key of a map has of a region. */
static int key_meet(struct flow *flow, struct format_region *both,
		    const struct format_region *region,
		    struct haproxy_step *step, const struct haproxy_key *key)
{
	struct haproxy_action *action = &step->action;
	int got;

	if (*key->region.path != '?')
		return meet(flow, both, region, &key->region, key->at);
	got = haproxy_query_meet(flow->haproxy, both, region, &key->region,
				 key->at);
	if (got != -ENOTSUP)
		return got;
	if (!action->told)
		format_cannot(flow->haproxy->read, step->at, "condition",
			      "%s: a query without a path", action->map->text);
	action->told = step->given = true;
	return 0;
}

/* Let each key of a map have what it can of a region. */
static int keys_run(struct flow *flow, struct haproxy_step *step,
		    const struct format_region *region)
{
	const struct haproxy_action *action = &step->action;
	struct format_region both;
	size_t i;

	for (i = 0; i < step->key_count; i++) {
		struct haproxy_key *key = &step->keys[i];
		int got = key_meet(flow, &both, region, step, key);

		key->given |= action->told;
		if (got > 0 && (*key->value || !action->ignore_empty))
			got = entry_add(flow, &both, action, key->value,
					key->at, &key->before);
		if (got < 0)
			return got;
		key->given |= got > 0;
		step->given |= got > 0;
	}
	return 0;
}

static int map_run(struct flow *flow, struct haproxy_step *step,
		   const struct haproxy_term *term,
		   const struct format_region *region)
{
	const struct haproxy_expr *map = step->action.map;
	int err = keys_run(flow, step, region);

	step->given |= !err && !step->key_count;
	if (err || haproxy_term_asks_for_map(step, term))
		return err;
	if (map->fallback) {
		err = entry_add(flow, region, &step->action, map->fallback,
				step->at, &step->before);
		return err < 0 ? err : 0;
	}
	if (step->action.ignore_empty)
		return 0;
	haproxy_tell(flow->haproxy, HAPROXY_TOLD_EMPTY, step->at);
	return pass_add(flow, region, step->at);
}

/* Go on elsewhere, and be done with what is not answered there. */
static int part_run(struct flow *flow, const struct haproxy_steps *steps,
		    size_t i, const struct haproxy_term *term,
		    const struct format_region *region, unsigned long at)
{
	struct flow part = {flow->haproxy, steps, flow->depth + 1, false};
	int err;

	if (part.depth > FLOW_DEPTH)
		return -E2BIG;
	err = flow_run(&part, i, term, region);
	return err ? err : pass_add(flow, region, at);
}

/* A region comes to a step whose term it is all in. */
static int step_run(struct flow *flow, struct haproxy_step *step,
		    const struct haproxy_term *term,
		    const struct format_region *region)
{
	int got;

	switch (step->kind) {
	case HAPROXY_JUMP:
		return part_run(flow, flow->steps, flow->steps->redirects, NULL,
				region, step->at);
	case HAPROXY_CALL:
		return part_run(flow, step->backend, 0, NULL, region, step->at);
	case HAPROXY_PASS:
		return pass_add(flow, region, step->at);
	default:
		break;
	}
	if (step->action.map)
		return map_run(flow, step, term, region);
	got = entry_add(flow, region, &step->action, NULL, step->at,
			&step->before);
	step->given |= got > 0;
	return got < 0 ? got : 0;
}

/* What a term excepts of a region goes on behind it. */
static int except_run(struct flow *flow, size_t i,
		      const struct haproxy_term *term,
		      const struct haproxy_literal *literal,
		      const struct format_region *region)
{
	const struct haproxy_set *set = &literal->acl->set;
	unsigned long at = flow->steps->step[i].at, before;
	struct format_region both;
	size_t n;
	int err = 0;

	for (n = 0; !err && n < set->count; n++) {
		int got = meet(flow, &both, region, &set->regions[n], at);

		if (got < 0)
			return got;
		if (!got || covered(flow, &both, &before))
			continue;
		if (term->next)
			err = part_run(flow, flow->steps, i, term->next, &both,
				       at);
		else
			err = part_run(flow, flow->steps, i + 1, NULL, &both,
				       at);
	}
	return err;
}

static int region_run(struct flow *flow, size_t i,
		      const struct haproxy_term *term,
		      const struct format_region *region)
{
	struct haproxy_step *step = &flow->steps->step[i];
	const struct haproxy_literal *literal;
	int err = 0;

	step->tried = true;
	if (covered(flow, region, &step->before))
		return 0;
	for (literal = term->first; !err && literal; literal = literal->next)
		if (literal->negated)
			err = except_run(flow, i, term, literal, region);
	return err ? err : step_run(flow, step, term, region);
}

/* A scheme alone that is not asked for is the other one. */
static bool scheme_turn(const struct haproxy_literal *literal,
			struct format_region *region)
{
	const struct haproxy_set *set = &literal->acl->set;
	struct format_region all = format_region_all;

	if (!literal->negated || set->count != 1)
		return false;
	all.schemes = set->regions->schemes;
	if (!format_region_within(&all, set->regions))
		return false;
	region->schemes &= ~set->regions->schemes;
	return true;
}

/* All regions that are in one of each set of a term. */
static int term_run(struct flow *flow, size_t i,
		    const struct haproxy_term *term,
		    const struct haproxy_literal *literal,
		    const struct format_region *region)
{
	struct format_region both = *region;
	size_t n;
	int err = 0;

	if (!region->schemes)
		return 0;
	if (!literal)
		return region_run(flow, i, term, region);
	if (scheme_turn(literal, &both) || literal->negated ||
	    haproxy_asks_for_map(&flow->steps->step[i], literal))
		return term_run(flow, i, term, literal->next, &both);
	for (n = 0; !err && n < literal->acl->set.count; n++) {
		int got =
			meet(flow, &both, region, &literal->acl->set.regions[n],
			     flow->steps->step[i].at);

		if (got < 0)
			err = got;
		else if (got)
			err = term_run(flow, i, term, literal->next, &both);
		else if (flow->unsure)
			flow->steps->step[i].unsure = true;
	}
	return err;
}

/* From a term of a step on; NULL: from its first. */
static int flow_run(struct flow *flow, size_t i,
		    const struct haproxy_term *term,
		    const struct format_region *region)
{
	int err = 0;

	for (; !err && i < flow->steps->count; i++) {
		if (!term)
			term = flow->steps->step[i].cond.terms;
		for (; !err && term; term = term->next)
			err = term_run(flow, i, term, term->first, region);
	}
	return err;
}

int haproxy_flow(struct haproxy *haproxy, struct haproxy_steps *steps,
		 const struct format_region *region)
{
	struct flow flow = {haproxy, steps, 0, false};

	return flow_run(&flow, 0, NULL, region);
}
