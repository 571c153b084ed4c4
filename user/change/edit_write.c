// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>

#include "edit.h"
#include "edit_write.h"
#include "interrupt.h"
#include "progress.h"
#include "rule.h"
#include "store.h"
#include "store_rule.h"
#include "store_rules_insert.h"

int edit_write_next(void *arg, struct rule *rule)
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

int edit_write(struct edit *edit, struct store *store, uint64_t number)
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
	return store_rules_insert(store, number, edit_write_next, &changes);
}
