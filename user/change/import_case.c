// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "edit.h"
#include "error.h"
#include "import_case.h"
#include "rule.h"

enum { DROPPED = UINT8_MAX }; /* a mark that no edit has */

static int rule_take(struct ruleset *set, const struct rule *rule,
		     unsigned long line, unsigned int mark)
{
	int err = ruleset_add(set, rule, line);

	if (!err)
		set->entries[set->count - 1].mark = mark;
	return err;
}

int import_case_add(struct import_case *kept, struct edit *edit,
		    const struct ruleset_entry *entry, const struct rule *rule,
		    const struct rule *live)
{
	bool same = rule_equal(rule, live);
	int err;

	if (array_grow(&kept->places, &kept->room, kept->count + 1,
		       sizeof(*kept->places)))
		return error_sys(-ENOMEM, "cannot import");
	kept->places[kept->count++] = entry - edit->rules.entries;
	err = rule_take(&kept->rules, rule, entry->line,
			same ? EDIT_SAME : EDIT_CHANGED);
	if (err)
		return err;
	if (same)
		edit->same++;
	else
		edit->changed++;
	return same ? 0 : ruleset_add(&edit->gone, live, 0);
}

static void entries_drop(const struct import_case *kept, struct edit *edit)
{
	struct ruleset *set = &edit->rules;
	size_t in, out = 0, i;

	for (i = 0; i < kept->count; i++)
		set->entries[kept->places[i]].mark = DROPPED;
	for (in = 0; in < set->count; in++)
		if (set->entries[in].mark != DROPPED)
			set->entries[out++] = set->entries[in];
	edit->added -= set->count - out;
	set->count = out;
}

int import_case_end(struct import_case *kept, struct edit *edit)
{
	struct rule rule;
	int err = 0;
	size_t i;

	if (!kept->count)
		return 0;
	entries_drop(kept, edit);
	for (i = 0; i < kept->rules.count && !err; i++) {
		const struct ruleset_entry *entry = &kept->rules.entries[i];

		ruleset_get(entry, &rule);
		err = rule_take(&edit->rules, &rule, entry->line, entry->mark);
	}
	return err ? err : edit_sort(edit);
}

void import_case_free(struct import_case *kept)
{
	ruleset_free(&kept->rules);
	free(kept->places);
}
