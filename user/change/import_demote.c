// SPDX-License-Identifier: BSD-2-Clause
#include "import.h"
#include "import_demote.h"
#include "progress.h"
#include "rule.h"

static int entry_demote(struct ruleset *out, const struct ruleset_entry *entry,
			enum rule_trial how)
{
	struct rule rule;
	bool made;
	int err;

	ruleset_get(entry, &rule);
	made = !rule.final.code;
	made &= rule_trial(&rule, how);
	err = ruleset_add(out, &rule, entry->line);
	if (!err)
		out->entries[out->count - 1].trial = made;
	return err;
}

/* Into another set: the texts of a rule that is changed in its own stay. */
int import_demote(struct import *import)
{
	struct ruleset *file = &import->edit.rules, out = {0};
	int err = 0;
	size_t i;

	progress_stage("putting on trial", file->count);
	for (i = 0; i < file->count && !err; i++) {
		err = entry_demote(&out, &file->entries[i], import->trial);
		progress_at(i + 1);
	}
	if (!err) {
		struct ruleset old = *file;

		*file = out;
		out = old;
	}
	ruleset_free(&out);
	return err;
}

uint64_t import_trials(const struct import *import)
{
	const struct ruleset *file = &import->edit.rules;
	uint64_t count = 0;
	struct rule rule;
	size_t i;

	for (i = 0; i < file->count; i++) {
		if (!file->entries[i].more)
			continue;
		ruleset_get(&file->entries[i], &rule);
		count += rule.final.code != 0;
	}
	return count;
}
