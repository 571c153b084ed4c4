// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "edit.h"
#include "edit_diff.h"
#include "interrupt.h"
#include "progress.h"
#include "release_map.h"
#include "rule.h"
#include "rule_line.h"
#include "rule_order.h"

/* One of the two, and its rule that has not had its turn. */
struct side {
	const struct release_source *source;
	struct rule rule;
	bool held, ended;
};

static int side_hold(struct side *side)
{
	int got;

	if (side->held || side->ended)
		return 0;
	got = side->source->next(side->source->arg, &side->rule);
	side->held = got > 0;
	side->ended = !got;
	return got < 0 ? got : 0;
}

/* Which has the rule that is first: less than 0, more, or 0 for both. */
static int sides_order(const struct side *from, const struct side *to)
{
	if (!from->held || !to->held)
		return from->held ? -1 : 1;
	return rule_order(&from->rule, &to->rule);
}

static int place_diff(struct edit *edit, struct side *from, struct side *to)
{
	int order = sides_order(from, to);

	if (order <= 0)
		from->held = false;
	if (order >= 0)
		to->held = false;
	if (order < 0)
		return edit_remove(edit, &from->rule);
	if (order > 0)
		return edit_add(edit, &to->rule);
	if (!rule_equal(&from->rule, &to->rule))
		return edit_change(edit, &from->rule, &to->rule);
	edit->same++;
	return 0;
}

int edit_diff(struct edit *edit, const struct release_source *from_source,
	      const struct release_source *to_source)
{
	struct side from = {.source = from_source}, to = {.source = to_source};
	uint64_t done = 0;
	int err;

	progress_stage("comparing", 0);
	for (;;) {
		progress_at(++done);
		err = side_hold(&from);
		if (!err)
			err = side_hold(&to);
		if (err || (!from.held && !to.held))
			return err;
		err = place_diff(edit, &from, &to);
		err = err ? err : interrupt_check();
		if (err)
			return err;
	}
}
