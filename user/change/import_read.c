// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <string.h>

#include "format.h"
#include "formats.h"
#include "import.h"
#include "import_read.h"
#include "progress.h"
#include "rule_beside.h"
#include "rule_code.h"
#include "rule_line.h"
#include "ruleset_sort.h"
#include "source_other.h"

/* What is read is marked until it is merged: READ_HALF is one of the two rules
 * of a line. */
enum { READ_WHOLE, READ_HALF };

static int rule_take(struct ruleset *file, const struct rule *rule,
		     unsigned long line)
{
	struct ruleset_entry *entry;
	int err = ruleset_add(file, rule, line);

	if (err)
		return err;
	entry = &file->entries[file->count - 1];
	if (file->count > 1 && entry[-1].line == line)
		entry->mark = entry[-1].mark = READ_HALF;
	return 0;
}

static int import_take(void *arg, const struct rule *rule, unsigned long at)
{
	struct import *import = arg;
	int err = rule_take(&import->edit.rules, rule, at);

	progress_at(import->edit.rules.count);
	return err;
}

/* Refuse the later of two lines. */
static void lines_refuse(struct import *import, const struct ruleset_entry *one,
			 const struct ruleset_entry *two, const char *why)
{
	bool turn = one->line > two->line;
	struct places_name place;
	const struct ruleset_entry *first = turn ? two : one;
	struct rule_keys_text keys;
	struct rule rule;

	ruleset_get(first, &rule);
	line_errors_add(&import->errors, turn ? one->line : two->line,
			"source: %s is on %s already (%s %s%s)%s%s",
			rule_written(&rule),
			places_name(&place, &import->read.places, first->line),
			rule.target, rule_code(rule.code)->text,
			rule_keys_text(&keys, &rule), why ? ": " : "",
			why ? why : "");
}

static void same_warn(struct import *import, const struct ruleset_entry *first,
		      const struct ruleset_entry *entry)
{
	struct warning warning = {.kind = "same", .at = entry->line};
	struct places_name place;
	struct rule a, b;

	ruleset_get(first, &a);
	ruleset_get(entry, &b);
	warning.source = rule_written(&b);
	warning.other = rule_written(&a);
	warning.target = b.target;
	warning.other_at = first->line;
	warnings_add(&import->warnings, &warning, "%s%sas on %s",
		     entry->mark == READ_HALF ? warning.source : "",
		     entry->mark == READ_HALF ? " " : "",
		     places_name(&place, &import->read.places, first->line));
}

/* Whether an entry cannot be kept beside one with the same source. */
static bool entry_is_same(struct import *import,
			  const struct ruleset_entry *first,
			  const struct ruleset_entry *entry)
{
	const char *why = NULL;
	struct places_name place;
	struct rule a, b;

	if (first->fold != entry->fold ||
	    first->source_len != entry->source_len ||
	    memcmp(first->source, entry->source, entry->source_len))
		return false;
	ruleset_get(first, &a);
	ruleset_get(entry, &b);
	if (a.scheme != b.scheme && !(why = rule_beside(&a, &b)))
		return false;
	if (rule_equal(&a, &b))
		same_warn(import, first, entry);
	else if (import->read.format->first_counts && !why)
		format_left_out(&import->read, entry->line, "never reached",
				"%s: %s comes first", rule_written(&b),
				places_name(&place, &import->read.places,
					    first->line));
	else
		lines_refuse(import, first, entry, why);
	return true;
}

static void entries_merge(struct import *import)
{
	struct ruleset *file = &import->edit.rules;
	size_t in, out = 0;

	for (in = 0; in < file->count; in++) {
		if (out && entry_is_same(import, &file->entries[out - 1],
					 &file->entries[in]))
			continue;
		file->entries[out] = file->entries[in];
		file->entries[out++].mark = READ_WHOLE;
	}
	file->count = out;
}

/* The first rule without case=ignore of the SOURCE of one with it. Where that is
 * written as it is stored, they stand together. */
static const struct ruleset_entry *other_find(const struct ruleset *file,
					      const struct ruleset_entry *entry)
{
	struct rule rule;

	ruleset_get(entry, &rule);
	if (rule.written)
		return source_other_find(file, &rule);
	while (entry > file->entries && !strcmp(entry[-1].source, rule.source))
		entry--;
	return entry->fold ? NULL : entry;
}

/* Refuse rules with case=ignore beside others of the same SOURCE without. */
static void cases_check(struct import *import)
{
	struct ruleset *file = &import->edit.rules;
	const struct ruleset_entry *other;
	size_t i, folds = 0;

	for (i = 0; i < file->count; i++)
		folds += file->entries[i].fold;
	import->folds = folds;
	for (i = 0; i < file->count && folds < file->count; i++) {
		if (!file->entries[i].fold)
			continue;
		other = other_find(file, &file->entries[i]);
		if (!other)
			continue;
		lines_refuse(import, other, &file->entries[i],
			     "the rules of a source have the same case=");
	}
}

int import_read(struct import *import, const char *path)
{
	int err;

	import->read.take = import_take;
	import->read.arg = import;
	import->read.errors = &import->errors;
	import->errors.places = import->warnings.places = &import->read.places;
	progress_stage("reading", 0);
	err = formats_read(&import->read, path);
	progress_stage("sorting", 0);
	if (!err)
		err = ruleset_sort(&import->edit.rules);
	if (!err)
		entries_merge(import);
	if (!err)
		cases_check(import);
	return err;
}
