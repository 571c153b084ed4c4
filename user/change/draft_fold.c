// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
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
#include "store_few.h"
#include "store_layers.h"
#include "store_lent.h"
#include "store_release.h"
#include "store_rule.h"
#include "store_yield.h"

enum { LAYERS_FEW = 4, LAYERS_MANY = 8, PLACES_FEW = 4096 };

struct fold {
	struct store *store;
	int lock;
	struct store_layers layers; /* of the live release */
	uint64_t own;	    /* the last release that has rows of its own */
	uint64_t release;   /* that gets rows, ... */
	unsigned int layer; /* ... those up to this layer */
};

static int is_wanted(void *arg)
{
	const struct fold *fold = arg;

	return state_lock_wanted(fold->lock);
}

/* As the changes would have written them, release by release; live has them in
 * any case, and is behind the last that has its own. */
static int step_find(struct fold *fold)
{
	const struct store_layers *layers = &fold->layers;
	int err = store_lent_own(fold->store, &fold->own);

	fold->release = 0;
	fold->layer = layers->count;
	while (!err && !fold->release && fold->layer) {
		fold->layer--;
		err = store_lent_first(fold->store, layers->rows[fold->layer],
				       fold->own, &fold->release);
	}
	if (!err && !fold->release)
		err = error_set(-EBADMSG, "no release has the live rules");
	return err;
}

static int layer_write(struct fold *fold, uint64_t rows)
{
	struct store_draft draft;
	struct edit edit = {0};
	int err = store_draft_of(fold->store, rows, &draft);

	if (!err)
		err = draft_edit(&edit, fold->store, &draft, draft.under);
	if (!err)
		err = edit_write(&edit, fold->store, fold->release);
	edit_free(&edit);
	store_draft_end(&draft);
	return err;
}

static int step_write(struct fold *fold)
{
	const struct store_layers *layers = &fold->layers;
	unsigned int i;
	int err = step_find(fold);

	if (!err && (!fold->own || layers->base != fold->own))
		err = store_materialise(fold->store, fold->release,
					layers->base);
	for (i = layers->count; !err && i-- > fold->layer;)
		err = layer_write(fold, layers->rows[i]);
	return err ? err
		   : store_lent_fold(fold->store, layers->rows[fold->layer],
				     fold->release);
}

static int step_run(struct fold *fold)
{
	int err = store_begin(fold->store);

	if (!err)
		err = step_write(fold);
	if (is_wanted(fold))
		err = error_set(-EAGAIN, "another command came first");
	if (!err)
		err = store_commit(fold->store);
	if (err)
		store_rollback(fold->store);
	return err;
}

static int layers_find(struct fold *fold, uint64_t live)
{
	uint64_t rows, rules;
	int err = store_rows(fold->store, live, &rows, &rules);

	return err ? err : store_layers_find(fold->store, rows, &fold->layers);
}

/* How many places all layers say something of, up to some more than most. */
static int places_count(struct fold *fold, uint64_t most, uint64_t *places)
{
	const struct store_layers *layers = &fold->layers;
	uint64_t count;
	unsigned int i;
	int err = 0;

	*places = 0;
	for (i = 0; i < layers->count && !err && *places <= most; i++) {
		err = store_few_count(fold->store, layers->rows[i], most + 1,
				      &count);
		*places += err ? 0 : count;
	}
	return err;
}

/* Whether it is worth it: few rows may stay over others; and not too much for
 * one whom nobody is to wait for. */
static int is_wanted_now(struct fold *fold, uint64_t most, bool *now)
{
	uint64_t places;
	int err = places_count(fold, most, &places);

	*now = fold->layers.count > LAYERS_MANY ||
	       (places <= most &&
		(fold->layers.count > LAYERS_FEW || places > PLACES_FEW));
	return err;
}

static int fold_run(struct fold *fold, uint64_t live, uint64_t most)
{
	bool now = false;
	int err = layers_find(fold, live);

	if (!err)
		err = is_wanted_now(fold, most, &now);
	store_yield(fold->store, is_wanted, fold);
	while (!err && now && fold->layers.count) {
		err = step_run(fold);
		if (!err)
			err = layers_find(fold, live);
	}
	return err;
}

static int fold_locked(const char *state, uint64_t live, uint64_t most,
		       int lock)
{
	struct fold fold = {.lock = lock};
	int err = store_open(&fold.store, state, STORE_BULK);

	if (!err)
		err = fold_run(&fold, live, most);
	store_close(fold.store);
	return err;
}

int draft_fold(const char *state, uint64_t most, FILE *out)
{
	struct store *store = NULL;
	struct live_file live;
	int lock = state_lock_last(state, out), err;

	if (lock < 0)
		return lock;
	err = release_recover(state, STORE_CREATE, &live, &store, out);
	store_close(store);
	if (!err && live.release)
		err = fold_locked(state, live.release, most, lock);
	close(lock);
	return err;
}

int draft_fold_wait(const char *state, uint64_t most, unsigned int pauses,
		    FILE *out)
{
	struct timespec pause = {.tv_nsec = 25000000};
	int err;

	while ((err = draft_fold(state, most, out)) == -EAGAIN && pauses--) {
		nanosleep(&pause, NULL); /* the other one is to have it */
		if (pause.tv_nsec < 800000000)
			pause.tv_nsec *= 2;
	}
	return err;
}
