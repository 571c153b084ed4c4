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
#include "store_rule.h"

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

/* Rules of one source are on one page, for the next begins behind it. */
static bool page_is_full(const struct ruleset *page, const struct rule *rule)
{
	return page->count >= PAGE &&
	       strcmp(page->entries[page->count - 1].source, rule->source);
}

static int page_read(const struct release_view *view, const char *from,
		     const char *until, struct ruleset *page)
{
	uint64_t rows, rules;
	struct store_scan *scan;
	struct rule rule;
	int err;

	ruleset_clear(page);
	err = store_scan_open(&scan, view->store, view->rows, from, until);
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
	/* What was pruned meanwhile lacks rules. */
	if (err >= 0)
		err = store_rows(view->store, view->release, &rows, &rules);
	return err < 0 ? err : 0;
}

static int page_print(const struct ruleset *page,
		      int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct rule rule;
	size_t i;
	int err = 0;

	for (i = 0; i < page->count && !err; i++) {
		ruleset_get(&page->entries[i], &rule);
		err = fn(&rule, arg);
	}
	return err;
}

/* Page by page, so that a pager that waits for its user keeps nobody from
 * committing. The rules of a release do not change in between. */
int release_view_each(const struct release_view *view, const char *from,
		      const char *until,
		      int (*fn)(const struct rule *rule, void *arg), void *arg)
{
	struct rule_range last;
	struct ruleset page = {0};
	int err;

	if (!view->store)
		return 0;
	do {
		err = page_read(view, from, until, &page);
		if (!err)
			err = page_print(&page, fn, arg);
		if (err || page.count < PAGE)
			break;
		err = rule_range_source(&last,
					page.entries[page.count - 1].source);
		from = last.until;
	} while (!err);
	ruleset_free(&page);
	return err;
}

void release_view_close(struct release_view *view)
{
	store_close(view->store);
	view->store = NULL;
}
