// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cmd_change.h"
#include "edit.h"
#include "error.h"
#include "change.h"
#include "rule.h"
#include "store.h"
#include "text.h"

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
	int err = 0;
	size_t i;

	for (i = 0; i < edit->gone.count && !err; i++)
		err = store_rule_remove(store, number,
					edit->gone.entries[i].source);
	if (err || !(edit->added || edit->changed))
		return err;
	return store_fill(store, number, entries_next, &changes);
}

/* Where the rules are the whole release, its map is compiled from memory while
 * the store is written. */
static int edit_write(struct edit *edit, struct release *release)
{
	struct release_source source = {.next = entries_next};
	int err = 0;

	source.arg = &edit->all;
	edit->all.set = &edit->rules;
	if (edit->whole)
		err = release_compile(release, &source);
	if (!err)
		err = release_write(release);
	if (!err)
		err = rules_write(edit, release_store(release),
				  release_number(release));
	return err;
}

static int edit_commit(struct edit *edit, struct change *change,
		       const char *command)
{
	struct release_note note = {
		.command = command,
		.added = edit->added,
		.removed = edit->removed,
		.changed = edit->changed,
	};
	int err = edit_write(edit, change->release);

	if (!err)
		err = change_commit(change, &note);
	if (err)
		return err;
	if (edit->shows)
		edit_print(stdout, edit);
	change_print(change, &note);
	return 0;
}

static void edit_look(const struct edit *edit, const struct change *change)
{
	edit_print(stdout, edit);
	fputs("dry run: it would be ", stdout);
	text_count(stdout, change->rules + edit->added - edit->removed, "rule");
	printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
	       " changed\n",
	       edit->added, edit->removed, edit->changed);
}

int edit_run(struct edit *edit, struct change *change, const char *command)
{
	int err = ruleset_sort(&edit->rules);

	if (!err)
		err = ruleset_sort(&edit->gone);
	if (err)
		return err;
	if (change->options->dry_run)
		edit_look(edit, change);
	else if (edit->added || edit->removed || edit->changed)
		err = edit_commit(edit, change, command);
	else
		change_none(change);
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

void edit_print(FILE *out, const struct edit *edit)
{
	const struct ruleset *rules = &edit->rules, *gone = &edit->gone;
	size_t at = 0, i;

	for (i = 0; i < rules->count; i++) {
		const struct ruleset_entry *entry = &rules->entries[i];

		if (entry->mark == EDIT_SAME)
			continue;
		while (at < gone->count &&
		       strcmp(gone->entries[at].source, entry->source) <= 0)
			line_print(out, "- ", &gone->entries[at++]);
		line_print(out, "+ ", entry);
	}
	while (at < gone->count)
		line_print(out, "- ", &gone->entries[at++]);
}

void edit_free(struct edit *edit)
{
	ruleset_free(&edit->rules);
	ruleset_free(&edit->gone);
}
