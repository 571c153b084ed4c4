// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "import.h"
#include "interrupt.h"
#include "limit.h"
#include "map_build_answers.h"
#include "pattern_count.h"
#include "progress.h"
#include "rule.h"
#include "rule_beside.h"
#include "rule_change.h"
#include "rule_code.h"
#include "rule_line.h"
#include "source_other.h"
#include "store.h"
#include "store_scan.h"

/* Leave what the file cannot say as it is live. What it says of a rule on trial
 * is what that is to become. */
static void rule_keep(const struct import *import, struct rule *rule,
		      const struct ruleset_entry *entry,
		      const struct rule *live)
{
	if (entry->trial)
		rule_trial_end(rule, 0);
	rule_change_keep(rule, live, import->read.keys);
	if (import->trial)
		rule_trial(rule, import->trial);
}

/* What the file says of the rule of a live source. */
static void rule_said(const struct import *import, struct rule *rule,
		      const struct ruleset_entry *entry,
		      const struct rule *live)
{
	ruleset_get(entry, rule);
	if (import->mode != IMPORT_REPLACE)
		rule_keep(import, rule, entry, live);
}

/* Whether a rule would be another one if it kept what the file cannot say. */
static bool rule_loses(const struct import *import,
		       const struct ruleset_entry *entry,
		       const struct rule *rule, const struct rule *live)
{
	struct rule kept = *rule;

	rule_keep(import, &kept, entry, live);
	return !rule_equal(&kept, rule);
}

/* Refuse an entry once, however many live rules it meets. */
static void live_refuse(struct import *import,
			const struct ruleset_entry *entry,
			const struct rule *live, const char *why)
{
	struct rule_keys_text keys;

	if (import->refused == entry)
		return;
	import->refused = entry;
	line_errors_add(&import->errors, entry->line,
			"source: %s is there already (%s %s%s)%s",
			rule_written(live), live->target,
			rule_code(live->code)->text,
			rule_keys_text(&keys, live), why);
}

/* The live rule has case=, which the file cannot say: it stays. */
static int case_keep(struct import *import, const struct ruleset_entry *entry,
		     const struct rule *live)
{
	struct rule rule;

	rule_said(import, &rule, entry, live);
	return import_case_add(&import->kept, &import->edit, entry, &rule,
			       live);
}

/* The file has another rule of a live one's SOURCE: that may stand beside it,
 * or goes. */
static int other_compare(struct import *import,
			 const struct ruleset_entry *entry,
			 const struct rule *live)
{
	struct rule rule;

	ruleset_get(entry, &rule);
	if (import->mode == IMPORT_ADD && rule_beside(&rule, live))
		live_refuse(import, entry, live,
			    "; import --update or set changes it");
	else if (import->mode == IMPORT_UPDATE && !rule.scheme && live->scheme)
		live_refuse(
			import, entry, live,
			": a line without scheme= does not say for which scheme it is");
	else if (import->mode == IMPORT_UPDATE && rule.fold != live->fold &&
		 !(import->read.keys & RULE_CASE))
		return case_keep(import, entry, live);
	else if (import->mode == IMPORT_UPDATE)
		return edit_remove(&import->edit, live);
	return 0;
}

/* The file's rule of the same SOURCE, if it has one, beside a place in it
 * where the live rule would be. */
static const struct ruleset_entry *
other_find(const struct import *import, size_t at, const struct rule *live)
{
	const struct ruleset *file = &import->edit.rules;
	size_t i;

	for (i = at ? at - 1 : 0; i <= at && i < file->count; i++)
		if (file->entries[i].fold == live->fold &&
		    !strcmp(file->entries[i].source, live->source))
			return &file->entries[i];
	return live->fold || import->folds ? source_other_find(file, live)
					   : NULL;
}

/* The file and the live rules have the same rule. */
static int both_compare(struct import *import, struct ruleset_entry *entry,
			const struct rule *live)
{
	struct edit *edit = &import->edit;
	struct rule rule;
	int err;

	rule_said(import, &rule, entry, live);
	if (rule_equal(&rule, live)) {
		entry->mark = EDIT_SAME;
		edit->same++;
		return 0;
	}
	if (import->mode == IMPORT_ADD) {
		live_refuse(import, entry, live,
			    "; import --update or set changes it");
		return 0;
	}
	entry->mark = EDIT_CHANGED;
	edit->changed++;
	import->lost += rule_loses(import, entry, &rule, live);
	err = import->mode == IMPORT_REPLACE || import->read.keys == RULE_KEYS
		      ? 0
		      : ruleset_set(&edit->rules, entry, &rule);
	return err ? err : ruleset_add(&edit->gone, live, 0);
}

/* Mark what the file has before a live rule; all that is left for NULL. */
static struct ruleset_entry *added_mark(struct import *import, size_t *at,
					const struct rule *live)
{
	struct ruleset *file = &import->edit.rules;

	for (; *at < file->count; ++*at) {
		struct ruleset_entry *entry = &file->entries[*at];
		int order = live ? ruleset_order_rule(entry, live) : -1;

		if (order >= 0)
			return order ? NULL : entry;
		entry->mark = EDIT_ADDED;
		import->edit.added++;
	}
	return NULL;
}

/* A live rule that the file does not have, at a place in it, or has: it goes,
 * or its answer is among those that stay. */
static int rule_compare(struct import *import, struct ruleset_entry *entry,
			size_t at, const struct rule *live,
			struct map_answers *answers)
{
	uint64_t removed = import->edit.removed;
	const struct ruleset_entry *other;
	uint16_t index;
	int err = 0;

	if (entry)
		err = both_compare(import, entry, live);
	else if (import->mode == IMPORT_REPLACE)
		return edit_remove(&import->edit, live);
	else if ((other = other_find(import, at, live)))
		err = other_compare(import, other, live);
	if (err || import->mode == IMPORT_REPLACE ||
	    import->edit.removed != removed ||
	    (entry && entry->mark == EDIT_CHANGED))
		return err;
	return map_answers_index(answers, live->code, live->max_age, &index);
}

static int live_compare(struct import *import, struct store_scan *scan,
			struct map_answers *answers)
{
	struct ruleset_entry *entry;
	struct rule live;
	uint64_t done = 0;
	size_t at = 0;
	int err;

	progress_stage("comparing", 0);
	while ((err = store_scan_next(scan, &live)) > 0) {
		progress_at(++done);
		entry = added_mark(import, &at, &live);
		err = rule_compare(import, entry, at, &live, answers);
		err = err ? err : interrupt_check();
		at += entry ? 1 : 0;
		if (err)
			return err;
	}
	if (!err)
		added_mark(import, &at, NULL);
	return err;
}

/* Whether the file's answers fit beside the live ones, counted as if none were
 * the same; false: perhaps not. */
static int answers_fit(const struct ruleset *file, uint32_t live, bool *fit)
{
	struct map_answers answers = {0};
	uint16_t index;
	int err = 0;
	size_t i;

	for (i = 0; i < file->count && !err; i++)
		err = map_answers_index(&answers, file->entries[i].code,
					file->entries[i].max_age, &index);
	*fit = !err && live + answers.count <= UINT16_MAX;
	map_answers_free(&answers);
	return err == -EFBIG ? 0 : err;
}

static int line_order(const void *a, const void *b)
{
	const struct ruleset_entry *const *one = a, *const *two = b;

	return ((*one)->line > (*two)->line) - ((*one)->line < (*two)->line);
}

/* Name the lines with answers that are too many beside the live ones: those
 * furthest down, as the file has them. */
static int surplus_answers_report(struct import *import,
				  struct map_answers *answers)
{
	const struct ruleset *file = &import->edit.rules;
	const struct ruleset_entry **order;
	unsigned long last = 0;
	uint16_t index;
	int err = 0;
	size_t i;

	order = reallocarray(NULL, file->count, sizeof(*order));
	if (!order)
		return error_sys(-ENOMEM, "cannot import");
	for (i = 0; i < file->count; i++)
		order[i] = &file->entries[i];
	qsort(order, file->count, sizeof(*order), line_order);
	for (i = 0; i < file->count && (!err || err == -EFBIG); i++) {
		err = map_answers_index(answers, order[i]->code,
					order[i]->max_age, &index);
		if (err != -EFBIG || order[i]->line == last)
			continue;
		last = order[i]->line;
		line_errors_add(&import->errors, last, "max-age: %s",
				error_text());
	}
	free(order);
	return err == -EFBIG ? 0 : err;
}

static void many_warn(struct import *import, const struct ruleset_entry *entry,
		      const char *text)
{
	struct warning warning = {.kind = "capacity", .at = entry->line};
	struct rule rule;

	ruleset_get(entry, &rule);
	warning.source = rule_written(&rule);
	warnings_add(&import->warnings, &warning, "%s", text);
}

static int patterns_note(void *arg, const struct ruleset_entry *entry,
			 unsigned int count)
{
	struct import *import = arg;
	char text[PATTERN_COUNT_TEXT];

	pattern_count_text(text, entry, count);
	if (count > LIMIT_PATTERNS)
		line_errors_add(&import->errors, entry->line, "source: %s",
				text);
	else
		many_warn(import, entry, text);
	return 0;
}

int import_compare(struct import *import, struct store *store, uint64_t rows)
{
	struct map_answers answers = {0};
	struct store_scan *scan = NULL;
	bool fit = false;
	size_t at = 0;
	int err = 0;

	if (store)
		err = store_scan_open(&scan, store, rows, NULL, NULL);
	if (scan)
		err = live_compare(import, scan, &answers);
	else if (!err)
		added_mark(import, &at, NULL);
	store_scan_close(scan);
	if (!err)
		err = import_case_end(&import->kept, &import->edit);
	if (!err)
		err = answers_fit(&import->edit.rules, answers.count, &fit);
	if (!err && !fit)
		err = surplus_answers_report(import, &answers);
	if (!err && import->mode == IMPORT_REPLACE)
		store = NULL; /* nothing stays that the file does not have */
	if (!err)
		err = pattern_count_each(&import->edit, store, rows,
					 patterns_note, import);
	map_answers_free(&answers);
	return err;
}

void import_free(struct import *import)
{
	edit_free(&import->edit);
	import_case_free(&import->kept);
	format_read_free(&import->read);
	line_errors_free(&import->errors);
	warnings_free(&import->warnings);
}
