// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "edit.h"
#include "error.h"
#include "rule.h"
#include "ruleset_sort.h"

static int rule_mark(struct edit *edit, const struct rule *rule,
		     enum edit_mark mark)
{
	int err = ruleset_add(&edit->rules, rule, 0);

	if (!err)
		edit->rules.entries[edit->rules.count - 1].mark = mark;
	return err;
}

int edit_add(struct edit *edit, const struct rule *rule)
{
	edit->added++;
	return rule_mark(edit, rule, EDIT_ADDED);
}

int edit_keep(struct edit *edit, const struct rule *rule)
{
	edit->same++;
	return rule_mark(edit, rule, EDIT_SAME);
}

int edit_change(struct edit *edit, const struct rule *old,
		const struct rule *rule)
{
	int err = ruleset_add(&edit->gone, old, 0);

	edit->changed++;
	return err ? err : rule_mark(edit, rule, EDIT_CHANGED);
}

int edit_remove(struct edit *edit, const struct rule *old)
{
	edit->removed++;
	return ruleset_add(&edit->gone, old, 0);
}

int edit_sort(struct edit *edit)
{
	int err = ruleset_sort(&edit->rules);

	return err ? err : ruleset_sort(&edit->gone);
}

void edit_free(struct edit *edit)
{
	ruleset_free(&edit->rules);
	ruleset_free(&edit->gone);
}
