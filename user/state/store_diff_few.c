// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>

#include "source_set.h"
#include "store.h"
#include "store_diff_few.h"
#include "store_diff_scans.h"
#include "store_release.h"
#include "store_scan.h"
#include "store_sources.h"

enum { STEPS = 256, SOURCES = 1024 };

struct few {
	struct store *store;
	struct source_set sources; /* all that may differ ... */
	uint64_t large; /* ... but for what this release did; 0: none */
	struct store_counts did;
};

/* A release and its rows. */
struct step {
	bool there;
	uint64_t rows;
	int64_t time;
	struct store_counts did;
};

static int step_take(const struct store_release *release, void *arg)
{
	struct step *step = arg;

	*step = (struct step){
		.there = true,
		.rows = release->restores == STORE_NO_ROWS ? release->number
							   : release->restores,
		.time = release->time,
		.did = {release->added, release->removed, release->changed},
	};
	return 0;
}

/* What a release did: 1, or 0 if it is not to be told. */
static int step_note(struct few *few, uint64_t release, const struct step *step)
{
	bool known = false;
	int err = store_sources_read(few->store, release, step->time,
				     &few->sources, &known);

	if (err)
		return err;
	if (known)
		return few->sources.count <= SOURCES;
	if (few->large)
		return 0;
	few->large = release;
	few->did = step->did;
	return 1;
}

/* Back from one release to the rows of another. */
static int steps_find(struct few *few, uint64_t from, uint64_t rows)
{
	uint64_t at;
	int got = 1;

	for (at = from; at && from - at < STEPS && got > 0; at--) {
		struct step step = {0};

		got = store_log(few->store, at, at, step_take, &step);
		if (got || !step.there)
			return got;
		if (step.rows == rows)
			return 1;
		got = step_note(few, at, &step);
	}
	return got < 0 ? got : 0;
}

/* Add what differs in the rules of the sources from some rows to others; sign
 * -1: take it away. */
static int sources_count(struct few *few, uint64_t from, uint64_t to, int sign,
			 struct store_counts *counts)
{
	struct store_scan *was = NULL, *is = NULL;
	struct store_counts differ = {0};
	int err = 0;
	size_t i;

	for (i = 0; i < few->sources.count && !err; i++) {
		const char *source = few->sources.source[i];

		err = store_scan_source(&was, few->store, from, source);
		if (!err)
			err = store_scan_source(&is, few->store, to, source);
		if (!err)
			err = store_diff_scans(was, is, &differ);
	}
	store_scan_close(is);
	store_scan_close(was);
	counts->added += sign * differ.added;
	counts->removed += sign * differ.removed;
	counts->changed += sign * differ.changed;
	return err;
}

/* What the large one did, the other way round, but for these sources. */
static int large_count(struct few *few, struct store_counts *counts)
{
	uint64_t rows, before, rules;
	int err = store_rows(few->store, few->large, &rows, &rules);

	if (!err)
		err = store_rows(few->store, few->large - 1, &before, &rules);
	if (err)
		return err;
	counts->added = few->did.removed;
	counts->removed = few->did.added;
	counts->changed = few->did.changed;
	return sources_count(few, rows, before, -1, counts);
}

static int few_count(struct few *few, uint64_t from, uint64_t to,
		     struct store_counts *counts)
{
	int err = few->large ? large_count(few, counts) : 0;

	return err ? err : sources_count(few, from, to, 1, counts);
}

int store_diff_few(struct store *store, uint64_t from, uint64_t to,
		   struct store_counts *counts)
{
	struct few few = {.store = store};
	uint64_t rows = 0, to_rows = 0, rules = 0, to_rules = 0;
	int got = store_rows(store, from, &rows, &rules), err;

	if (!got)
		got = store_rows(store, to, &to_rows, &to_rules);
	if (!got)
		got = steps_find(&few, from, to_rows);
	source_set_sort(&few.sources);
	if (got > 0 && !few.sources.full) {
		err = few_count(&few, rows, to_rows, counts);
		got = err ? err
			  : rules + counts->added - counts->removed == to_rules;
	}
	source_set_free(&few.sources);
	return got;
}
