// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <string.h>

#include "change.h"
#include "cmd_change.h"
#include "cmd_edit.h"
#include "edit.h"
#include "edit_apply.h"
#include "progress.h"
#include "rule.h"
#include "rule_line.h"
#include "text.h"

static int edit_commit(struct edit *edit, struct cmd_change *change,
		       const char *command)
{
	struct change_note note = {
		.command = command,
		.added = edit->added,
		.removed = edit->removed,
		.changed = edit->changed,
	};
	int err = change->draft ? cmd_change_draft(change, edit, &note)
				: edit_apply(edit, change->transaction);

	if (!err && !change->draft)
		err = cmd_change_commit(change, &note);
	if (err)
		return err;
	progress_off();
	if (edit->shows)
		cmd_edit_print(stdout, edit);
	cmd_change_print(change, &note);
	return 0;
}

static void edit_look(const struct edit *edit, struct cmd_change *change)
{
	progress_off();
	cmd_edit_print(stdout, edit);
	fputs("dry run: it would be ", stdout);
	text_count(stdout, change->rules + edit->added - edit->removed, "rule");
	printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64 " changed",
	       edit->added, edit->removed, edit->changed);
	cmd_change_format(change);
	putchar('\n');
}

int cmd_edit_run(struct edit *edit, struct cmd_change *change,
		 const char *command)
{
	int err = edit_sort(edit);

	if (err)
		return err;
	if (change->options->dry_run)
		edit_look(edit, change);
	else if (edit->added || edit->removed || edit->changed)
		err = edit_commit(edit, change, command);
	else
		cmd_change_none(change);
	return err;
}

static void line_print(FILE *out, const char *sign,
		       const struct ruleset_entry *entry)
{
	struct rule rule;

	ruleset_get(entry, &rule);
	fputs(sign, out);
	rule_print(out, &rule);
}

void cmd_edit_print(FILE *out, const struct edit *edit)
{
	const struct ruleset *rules = &edit->rules, *gone = &edit->gone;
	size_t at = 0, i;

	for (i = 0; i < rules->count; i++) {
		const struct ruleset_entry *entry = &rules->entries[i];

		if (entry->mark == EDIT_SAME)
			continue;
		while (at < gone->count &&
		       ruleset_order(&gone->entries[at], entry) <= 0)
			line_print(out, "- ", &gone->entries[at++]);
		line_print(out, "+ ", entry);
	}
	while (at < gone->count)
		line_print(out, "- ", &gone->entries[at++]);
}
