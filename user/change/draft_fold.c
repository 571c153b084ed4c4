// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "draft_edit.h"
#include "draft_fold.h"
#include "edit.h"
#include "edit_write.h"
#include "error.h"
#include "live_file.h"
#include "release.h"
#include "state.h"
#include "store.h"
#include "store_draft.h"
#include "store_lent.h"
#include "store_release.h"
#include "store_rule.h"
#include "store_yield.h"

enum { NOBODY = -1 }; /* there is no lock to look who waits for */

struct fold {
	struct store *store;
	uint64_t live, release; /* that gets rows */
	uint64_t own;		/* the last release that has some */
	int lock;
};

/* As the change would have written them: the first release that has them gets
 * them, unless rules changed since. */
static int release_find(struct fold *fold, uint64_t rows)
{
	uint64_t first;
	int err = store_lent_find(fold->store, rows, &first, &fold->own);

	fold->release = first > fold->own ? first : fold->live;
	return err;
}

static int rows_write(struct fold *fold, const struct store_draft *draft)
{
	struct edit edit = {0};
	int err = draft_edit(&edit, fold->store, draft, draft->under);

	if (!err && (!fold->own || draft->under != fold->own))
		err = store_materialise(fold->store, fold->release,
					draft->under);
	if (!err)
		err = edit_write(&edit, fold->store, fold->release);
	edit_free(&edit);
	return err;
}

static int is_wanted(void *arg)
{
	const struct fold *fold = arg;

	return fold->lock != NOBODY && state_lock_wanted(fold->lock);
}

static int fold_write(struct fold *fold, uint64_t rows)
{
	struct store_draft draft;
	int err = store_draft_of(fold->store, rows, &draft);

	if (!err)
		err = release_find(fold, rows);
	if (!err)
		err = store_begin(fold->store);
	if (!err)
		err = rows_write(fold, &draft);
	if (!err)
		err = store_lent_fold(fold->store, rows, fold->release);
	store_draft_end(&draft);
	return err;
}

static int fold_run(struct fold *fold, uint64_t rows)
{
	int err;

	store_yield(fold->store, is_wanted, fold);
	err = fold_write(fold, rows);
	if (is_wanted(fold))
		err = error_set(-EAGAIN, "another command came first");
	if (!err)
		err = store_commit(fold->store);
	if (err)
		store_rollback(fold->store);
	return err;
}

static int fold_locked(const char *state, uint64_t live, int lock)
{
	struct fold fold = {.live = live, .lock = lock};
	uint64_t rows, rules;
	int err;

	if (!live)
		return 0;
	err = store_open(&fold.store, state, STORE_BULK);
	if (!err)
		err = store_rows(fold.store, live, &rows, &rules);
	if (!err && store_draft_is(rows))
		err = fold_run(&fold, rows);
	store_close(fold.store);
	return err;
}

int draft_fold_locked(const char *state, uint64_t live)
{
	return fold_locked(state, live, NOBODY);
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
		err = fold_locked(state, live.release, lock);
	close(lock);
	return err;
}

int draft_fold_wait(const char *state, FILE *out)
{
	static const struct timespec moment = {.tv_nsec = 1000000};
	int err;

	while ((err = draft_fold(state, out)) == -EAGAIN)
		nanosleep(&moment, NULL); /* the other one is to have it */
	return err;
}
