// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <string.h>

#include "change.h"
#include "edit.h"
#include "edit_apply.h"
#include "edit_write.h"
#include "release_map.h"
#include "rule.h"
#include "store_draft.h"
#include "store_draft_write.h"
#include "store_rule.h"
#include "store_rules_insert.h"

static int rule_take(struct store *store, const struct store_draft *draft,
		     const struct rule *rule)
{
	int err = store_draft_take(store, draft, rule);

	return err ? err
		   : store_touch(store, rule->source, strlen(rule->source), -1);
}

static int rule_put(struct store *store, const struct store_draft *draft,
		    const struct rule *rule)
{
	int err = store_draft_put(store, draft, rule);

	return err ? err
		   : store_touch(store, rule->source, strlen(rule->source), 1);
}

/* Write few rules over rows that are another release's. */
static int few_write(struct edit *edit, struct store *store, uint64_t rows)
{
	const struct store_draft draft = {.rows = rows};
	struct edit_cursor changes = {&edit->rules, 0, true};
	struct rule rule;
	int err = 0;
	size_t i;

	for (i = 0; i < edit->gone.count && !err; i++) {
		ruleset_get(&edit->gone.entries[i], &rule);
		err = rule_take(store, &draft, &rule);
	}
	while (!err && edit_write_next(&changes, &rule))
		err = rule_put(store, &draft, &rule);
	return err;
}

/* The map is compiled from memory while the store is written. */
static int whole_apply(struct edit *edit, struct change *change)
{
	struct release_source source = {.next = edit_write_next,
					.arg = &edit->all};
	struct edit_cursor rules = {.set = &edit->rules};
	bool none = false;
	int err;

	edit->all.set = &edit->rules;
	err = change_compile(change, &source);
	if (!err)
		err = change_take_none(change, &none);
	if (err)
		return err;
	if (none)
		return store_rules_insert(change_store(change),
					  change_number(change),
					  edit_write_next, &rules);
	return edit_write(edit, change_store(change), change_number(change));
}

int edit_apply(struct edit *edit, struct change *change)
{
	uint64_t few = 0;
	int err;

	if (edit->whole)
		return whole_apply(edit, change);
	err = change_take_few(
		change, edit->gone.count + edit->added + edit->changed, &few);
	if (err)
		return err;
	return few ? few_write(edit, change_store(change), few)
		   : edit_write(edit, change_store(change),
				change_number(change));
}
