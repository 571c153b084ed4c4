// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "change.h"
#include "edit.h"
#include "error.h"
#include "interrupt.h"
#include "progress.h"
#include "release_map.h"
#include "rule.h"
#include "ruleset_sort.h"
#include "store.h"
#include "store_rules_insert.h"
#include "store_rule.h"

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

static int entries_next(void *arg, struct rule *rule)
{
	struct edit_cursor *at = arg;

	while (at->next < at->set->count) {
		const struct ruleset_entry *entry =
			&at->set->entries[at->next++];

		if (at->changes && entry->mark == EDIT_SAME)
			continue;
		ruleset_get(entry, rule);
		return 1;
	}
	return 0;
}

static int rules_write(struct edit *edit, struct store *store, uint64_t number)
{
	struct edit_cursor changes = {&edit->rules, 0, true};
	struct rule rule;
	int err = 0;
	size_t i;

	progress_stage("writing", 0);
	for (i = 0; i < edit->gone.count && !err; i++) {
		ruleset_get(&edit->gone.entries[i], &rule);
		err = store_rule_remove(store, number, &rule);
		err = err ? err : interrupt_check();
		progress_at(i + 1);
	}
	if (err || !(edit->added || edit->changed))
		return err;
	return store_rules_insert(store, number, entries_next, &changes);
}

/* Where the rules are the whole release, its map is compiled from memory while
 * the store is written. */
int edit_apply(struct edit *edit, struct change *change)
{
	struct release_source source = {.next = entries_next};
	int err = 0;

	source.arg = &edit->all;
	edit->all.set = &edit->rules;
	if (edit->whole)
		err = change_compile(change, &source);
	if (!err)
		err = change_take_rows(change);
	if (!err)
		err = rules_write(edit, change_store(change),
				  change_number(change));
	return err;
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
