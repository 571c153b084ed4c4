// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "error.h"
#include "release.h"
#include "release_view.h"
#include "rule.h"
#include "rule_range.h"
#include "ruleset.h"
#include "store.h"
#include "store_release.h"
#include "store_scan.h"

enum { PAGE = 1000 };

int release_view_open(struct release_view *view, const char *state,
		      uint64_t release, FILE *out)
{
	int err;

	memset(view, 0, sizeof(*view));
	err = release_read(state, &view->live, out);
	if (err)
		return err;
	if (release == RELEASE_VIEW_LIVE)
		release = view->live.release;
	if (release > view->live.release)
		return error_set(-ENOENT,
				 "there is no release %" PRIu64
				 ": the live one is %" PRIu64,
				 release, view->live.release);
	view->release = release;
	if (!view->live.release)
		return 0;
	err = store_open(&view->store, state, STORE_READ);
	if (!err)
		err = store_rows(view->store, release, &view->rows,
				 &view->rules);
	if (err)
		release_view_close(view);
	return err;
}

static int draft_open(struct release_view *view, const char *state,
		      const char *name)
{
	int err;

	if (!store_exists(state))
		return error_set(-ENOENT, "there is no draft %s", name);
	err = store_open(&view->store, state, STORE_READ);
	if (!err)
		err = store_draft_find(view->store, view->live.release, name,
				       &view->draft);
	view->release = view->draft.base;
	view->rows = view->draft.rows;
	view->rules = view->draft.rules;
	return err;
}

int release_view_draft(struct release_view *view, const char *state,
		       const char *name, FILE *out)
{
	int err;

	memset(view, 0, sizeof(*view));
	err = release_read(state, &view->live, out);
	if (!err)
		err = draft_open(view, state, name);
	if (err)
		release_view_close(view);
	return err;
}

/* Rules of one source are on one page, for the next begins behind it. */
static bool page_is_full(const struct ruleset *page, const struct rule *rule)
{
	return page->count >= PAGE &&
	       strcmp(page->entries[page->count - 1].source, rule->source);
}

/* What was pruned or changed meanwhile lacks rules. */
static int view_check(const struct release_view *view)
{
	uint64_t rows, rules;

	if (*view->draft.name)
		return store_draft_same(view->store, &view->draft);
	return store_rows(view->store, view->release, &rows, &rules);
}

/* A draft's rows that are a release's become its own some day. */
static int rows_find(const struct release_view *view, uint64_t *rows,
		     uint64_t *rules)
{
	*rows = view->rows;
	if (*view->draft.name || !store_draft_is(view->rows))
		return 0;
	return store_rows(view->store, view->release, rows, rules);
}

static int rows_read(const struct release_view *view, uint64_t rows,
		     const char *from, const char *until, struct ruleset *page)
{
	struct store_scan *scan;
	struct rule rule;
	int err;

	ruleset_clear(page);
	err = store_scan_open(&scan, view->store, rows, from, until);
	if (err)
		return err;
	while ((err = store_scan_next(scan, &rule)) > 0) {
		if (page_is_full(page, &rule))
			break;
		err = ruleset_add(page, &rule, 0);
		if (err)
			break;
	}
	store_scan_close(scan);
	return err < 0 ? err : view_check(view);
}

/* Whether the release's rows were a draft's, and are so no more. */
static bool rows_moved(const struct release_view *view, uint64_t rows)
{
	uint64_t under;

	return !*view->draft.name && store_draft_is(rows) &&
	       store_draft_under(view->store, rows, &under) == -ENOENT;
}

static int page_read(const struct release_view *view, const char *from,
		     const char *until, struct ruleset *page)
{
	uint64_t rows, rules;
	int err;

	do {
		err = rows_find(view, &rows, &rules);
		if (!err)
			err = rows_read(view, rows, from, until, page);
	} while (rows_moved(view, rows));
	return err;
}

/* Page by page, so that a pager that waits for its user keeps nobody from
 * committing. The rules of a release do not change in between. */
static int page_next(struct release_view_walk *walk)
{
	struct ruleset *page = &walk->page;
	int err = 0;

	if (page->count) {
		err = rule_range_source(&walk->last,
					page->entries[page->count - 1].source);
		walk->from = walk->last.until;
	}
	if (!err)
		err = page_read(walk->view, walk->from, walk->until, page);
	walk->at = 0;
	walk->ended = page->count < PAGE;
	return err;
}

int release_view_next(struct release_view_walk *walk, struct rule *rule)
{
	int err;

	if (!walk->view->store)
		return 0;
	if (walk->at == walk->page.count) {
		err = walk->ended ? 0 : page_next(walk);
		if (err || walk->at == walk->page.count)
			return err;
	}
	ruleset_get(&walk->page.entries[walk->at++], rule);
	return 1;
}

void release_view_end(struct release_view_walk *walk)
{
	ruleset_free(&walk->page);
}

int release_view_each(const struct release_view *view, const char *from,
		      const char *until,
		      int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct release_view_walk walk = {
		.view = view, .from = from, .until = until};
	struct rule rule;
	int err, got = 0;

	do {
		got = release_view_next(&walk, &rule);
		err = got > 0 ? fn(&rule, arg) : got;
	} while (!err && got > 0);
	release_view_end(&walk);
	return err;
}

void release_view_close(struct release_view *view)
{
	store_draft_end(&view->draft);
	store_close(view->store);
	view->store = NULL;
}
