// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "import.h"
#include "map_answers.h"
#include "release.h"
#include "store.h"

/* Note a live rule that does not stay as it is. */
static int gone_add(struct import *import, const struct rule *live,
		    enum import_mark mark)
{
	int err = ruleset_add(&import->gone, live, 0);

	if (!err)
		import->gone.entries[import->gone.count - 1].mark = mark;
	return err;
}

/* The file and the live rules have the same source. */
static int both_compare(struct import *import, struct ruleset_entry *entry,
			const struct rule *live)
{
	struct rule rule;

	ruleset_get(entry, &rule);
	if (rule_equal(&rule, live)) {
		entry->mark = IMPORT_SAME;
		import->same++;
		return 0;
	}
	if (!import->replace) {
		report_add(
			&import->errors, entry->line,
			"source: %s is there already (%s %s); set or import --replace replaces it",
			live->source, live->target, rule_code_text(live->code));
		return 0;
	}
	entry->mark = IMPORT_CHANGED;
	import->changed++;
	return gone_add(import, live, IMPORT_CHANGED);
}

/* Mark what the file has before a source; all that is left for NULL. */
static struct ruleset_entry *added_mark(struct import *import, size_t *at,
					const char *source)
{
	struct ruleset *file = &import->file;

	for (; *at < file->count; ++*at) {
		struct ruleset_entry *entry = &file->entries[*at];
		int order = source ? strcmp(entry->source, source) : -1;

		if (order >= 0)
			return order ? NULL : entry;
		entry->mark = IMPORT_ADDED;
		import->added++;
	}
	return NULL;
}

static int live_compare(struct import *import, struct store_scan *scan,
			struct map_answers *answers)
{
	struct ruleset_entry *entry;
	struct rule live;
	uint16_t index;
	size_t at = 0;
	int err;

	while ((err = store_scan_next(scan, &live)) > 0) {
		entry = added_mark(import, &at, live.source);
		err = 0;
		if (!import->replace)
			err = map_answers_index(answers, live.code,
						live.max_age, &index);
		if (err)
			return err;
		if (entry) {
			err = both_compare(import, entry, &live);
			at++;
		} else if (import->replace) {
			import->removed++;
			err = gone_add(import, &live, IMPORT_REMOVED);
		}
		if (err)
			return err;
	}
	if (!err)
		added_mark(import, &at, NULL);
	return err;
}

/* Whether the file's answers fit beside the live ones, counted as if none were
 * the same. Returns 1, 0 for perhaps not, or -errno. */
static int answers_fit(const struct ruleset *file, uint32_t live)
{
	struct map_answers answers = {0};
	uint16_t index;
	int err = 0;
	size_t i;

	for (i = 0; i < file->count && !err; i++)
		err = map_answers_index(&answers, file->entries[i].code,
					file->entries[i].max_age, &index);
	if (!err)
		err = live + answers.count <= UINT16_MAX;
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
static int answers_add(struct import *import, struct map_answers *answers)
{
	const struct ruleset *file = &import->file;
	const struct ruleset_entry **order;
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
		if (err == -EFBIG)
			report_add(&import->errors, order[i]->line,
				   "max-age: %s", error_text());
	}
	free(order);
	return err == -EFBIG ? 0 : err;
}

int import_compare(struct import *import, struct store *store, uint64_t base)
{
	struct map_answers answers = {0};
	struct store_scan *scan = NULL;
	size_t at = 0;
	int err = 0;

	if (store)
		err = store_scan_open(&scan, store, base, NULL, NULL);
	if (scan)
		err = live_compare(import, scan, &answers);
	else if (!err)
		added_mark(import, &at, NULL);
	store_scan_close(scan);
	if (!err)
		err = answers_fit(&import->file, answers.count);
	if (!err)
		err = answers_add(import, &answers);
	map_answers_free(&answers);
	return err < 0 ? err : 0;
}

static int entries_next(void *arg, struct rule *rule)
{
	struct import_cursor *at = arg;

	while (at->next < at->set->count) {
		const struct ruleset_entry *entry =
			&at->set->entries[at->next++];

		if (at->changes && entry->mark == IMPORT_SAME)
			continue;
		ruleset_get(entry, rule);
		return 1;
	}
	return 0;
}

static int rules_write(struct import *import, struct store *store,
		       uint64_t number)
{
	struct import_cursor changes = {&import->file, 0, true};
	int err = 0;
	size_t i;

	for (i = 0; i < import->gone.count && !err; i++)
		err = store_rule_remove(store, number,
					import->gone.entries[i].source);
	return err ? err : store_fill(store, number, entries_next, &changes);
}

/* Where the file is the whole release, its map is compiled from memory while
 * the store is written. */
int import_write(struct import *import, struct release *release)
{
	struct release_source source = {.next = entries_next};
	int err = 0;

	source.arg = &import->all;
	import->all.set = &import->file;
	if (import->replace || !release_rules(release))
		err = release_compile(release, &source);
	if (!err)
		err = release_write(release);
	if (!err)
		err = rules_write(import, release_store(release),
				  release_number(release));
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

void import_print(FILE *out, const struct import *import)
{
	const struct ruleset *file = &import->file, *gone = &import->gone;
	size_t at = 0, i;

	for (i = 0; i < file->count; i++) {
		const struct ruleset_entry *entry = &file->entries[i];

		if (entry->mark == IMPORT_SAME)
			continue;
		while (at < gone->count &&
		       strcmp(gone->entries[at].source, entry->source) <= 0)
			line_print(out, "- ", &gone->entries[at++]);
		line_print(out, "+ ", entry);
	}
	while (at < gone->count)
		line_print(out, "- ", &gone->entries[at++]);
}

void import_free(struct import *import)
{
	ruleset_free(&import->file);
	ruleset_free(&import->gone);
	report_free(&import->errors);
	report_free(&import->warnings);
}
