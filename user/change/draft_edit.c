// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "draft_edit.h"
#include "interrupt.h"
#include "pattern_count.h"
#include "progress.h"
#include "rule.h"
#include "source_check.h"
#include "store.h"
#include "store_draft.h"
#include "store_draft_diff.h"

static bool same(const struct rule *a, const struct rule *b)
{
	return a && b ? rule_equal(a, b) : !a && !b;
}

/* Have the draft's rule, or none, stand where the release has another. */
static int place_edit(struct edit *edit, const struct rule *draft,
		      const struct rule *release)
{
	if (same(draft, release))
		return draft && edit->whole ? edit_keep(edit, draft) : 0;
	if (!draft)
		return edit_remove(edit, release);
	return release ? edit_change(edit, release, draft)
		       : edit_add(edit, draft);
}

int draft_edit(struct edit *edit, struct store *store,
	       const struct store_draft *draft, uint64_t rows)
{
	struct store_draft_diff *diff = NULL;
	struct store_draft_place place;
	uint64_t own = 0, done = 0;
	int err, got;

	err = store_draft_own(store, draft, &own);
	/* Nothing of the release is left as it was. */
	edit->whole = !err && own && own == draft->rules;
	if (!err)
		err = store_draft_diff_open(&diff, store, draft, rows);
	progress_stage("comparing", 0);
	while (!err && (got = store_draft_diff_next(diff, &place))) {
		err = got < 0 ? got
			      : place_edit(edit, place.draft, place.other);
		err = err ? err : interrupt_check();
		progress_at(++done);
	}
	store_draft_diff_close(diff);
	return err ? err : edit_sort(edit);
}

static int clash_note(struct draft_clash *clash, const struct rule *draft,
		      const struct rule *release)
{
	if (clash->count++ >= DRAFT_CLASH_KEPT)
		return 0;
	return place_edit(&clash->first, draft, release);
}

static int place_rebase(struct edit *edit, struct draft_clash *clash,
			const struct store_draft_place *base,
			const struct store_draft_place *now,
			enum draft_prefer prefer)
{
	bool clashes = !same(base->draft, base->other) &&
		       !same(now->other, base->other) &&
		       !same(now->draft, now->other);
	int err = clashes ? clash_note(clash, now->draft, now->other) : 0;

	if (err || same(base->draft, base->other) ||
	    (clashes && prefer == DRAFT_PREFER_LIVE))
		return err;
	return place_edit(edit, now->draft, now->other);
}

/* Both have the same places in the same order. */
static int places_rebase(struct edit *edit, struct draft_clash *clash,
			 struct store_draft_diff *base,
			 struct store_draft_diff *now, enum draft_prefer prefer)
{
	struct store_draft_place was, is;
	uint64_t done = 0;
	int got, err;

	progress_stage("comparing", 0);
	for (;;) {
		progress_at(++done);
		got = store_draft_diff_next(base, &was);
		if (got > 0)
			got = store_draft_diff_next(now, &is);
		if (got <= 0)
			return got;
		err = place_rebase(edit, clash, &was, &is, prefer);
		err = err ? err : interrupt_check();
		if (err)
			return err;
	}
}

int draft_rebase(struct edit *edit, struct draft_clash *clash,
		 struct store *store, const struct store_draft *draft,
		 uint64_t rows, enum draft_prefer prefer)
{
	struct store_draft_diff *base = NULL, *now = NULL;
	char warning[PATTERN_COUNT_TEXT];
	int err;

	err = store_draft_diff_open(&base, store, draft, draft->under);
	if (!err)
		err = store_draft_diff_open(&now, store, draft, rows);
	if (!err)
		err = places_rebase(edit, clash, base, now, prefer);
	store_draft_diff_close(base);
	store_draft_diff_close(now);
	if (!err)
		err = edit_sort(edit);
	if (!err)
		err = edit_sort(&clash->first);
	if (err || (clash->count && prefer == DRAFT_PREFER_NONE))
		return err;
	err = source_check(edit, store, rows);
	return err ? err : pattern_count_check(edit, store, rows, warning);
}
