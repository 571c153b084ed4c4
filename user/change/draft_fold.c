// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <unistd.h>

#include "draft_edit.h"
#include "draft_fold.h"
#include "edit.h"
#include "edit_write.h"
#include "live_file.h"
#include "release.h"
#include "state.h"
#include "store.h"
#include "store_draft.h"
#include "store_draft_write.h"
#include "store_release.h"
#include "store_rule.h"

/* As the change would have written them. */
static int rows_write(struct store *store, uint64_t release,
		      const struct store_draft *draft)
{
	struct edit edit = {0};
	int err = draft_edit(&edit, store, draft, draft->under);

	if (!err && draft->under != release - 1)
		err = store_materialise(store, release, draft->under);
	if (!err)
		err = edit_write(&edit, store, release);
	edit_free(&edit);
	return err;
}

static int fold(struct store *store, uint64_t release, uint64_t rows)
{
	struct store_draft draft;
	int err = store_draft_of(store, rows, &draft);

	if (!err)
		err = store_begin(store);
	if (!err)
		err = rows_write(store, release, &draft);
	if (!err)
		err = store_draft_fold(store, &draft, release);
	if (!err)
		err = store_commit(store);
	if (err)
		store_rollback(store);
	store_draft_end(&draft);
	return err;
}

int draft_fold_locked(const char *state, uint64_t live)
{
	struct store *store = NULL;
	uint64_t rows, rules;
	int err;

	if (!live)
		return 0;
	err = store_open(&store, state, STORE_BULK);
	if (!err)
		err = store_rows(store, live, &rows, &rules);
	if (!err && store_draft_is(rows))
		err = fold(store, live, rows);
	store_close(store);
	return err;
}

int draft_fold(const char *state, FILE *out)
{
	struct store *store = NULL;
	struct live_file live;
	int lock = state_lock(state, out), err;

	if (lock < 0)
		return lock;
	err = release_recover(state, STORE_CREATE, &live, &store, out);
	store_close(store);
	if (!err)
		err = draft_fold_locked(state, live.release);
	close(lock);
	return err;
}
