// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "change_renewal.h"
#include "draft.h"
#include "draft_edit.h"
#include "draft_fold.h"
#include "edit.h"
#include "error.h"
#include "interrupt.h"
#include "progress.h"
#include "release.h"
#include "release_map.h"
#include "rule.h"
#include "state.h"
#include "state_init.h"
#include "store.h"
#include "store_draft.h"
#include "store_draft_diff.h"
#include "store_draft_write.h"
#include "store_layers.h"
#include "store_release.h"

/* Below, rules are written and an overlay compiled in a moment. */
enum { LARGE = 8192 };

struct draft {
	char state[PATH_MAX];
	int lock;
	bool fresh; /* it says nothing of its own */
	struct store *store;
	struct live_file live;
	struct store_draft stored;
	struct change_renewal renewal;
};

static int stored_make(struct draft *draft, const char *name)
{
	struct store_draft *stored = &draft->stored;

	strcpy(stored->name, name);
	stored->base = draft->live.release;
	draft->fresh = true;
	return store_draft_make(draft->store, stored);
}

/* A store of an earlier detour is renewed by it, as by any change. */
static int stored_begin(struct draft *draft, const char *name)
{
	uint64_t rows, rules;
	int err;

	err = store_rows(draft->store, draft->live.release, &rows, &rules);
	if (!err)
		err = store_begin(draft->store);
	if (!err)
		err = change_renew(&draft->renewal, draft->store, rows);
	if (err)
		return err;
	err = store_draft_find(draft->store, draft->live.release, name,
			       &draft->stored);
	return err == -ENOENT ? stored_make(draft, name) : err;
}

/* Lock the state, and look at what is live. 1: there would be too many layers
 * with another draft over it. */
static int live_open(struct draft *draft, bool bulk, FILE *out)
{
	struct store_layers layers;
	uint64_t rows, rules;
	int err;

	draft->lock = state_lock(draft->state, out);
	if (draft->lock < 0)
		return draft->lock;
	err = release_recover(draft->state, bulk ? STORE_BULK : STORE_CREATE,
			      &draft->live, &draft->store, out);
	if (!err)
		err = store_rows(draft->store, draft->live.release, &rows,
				 &rules);
	if (!err)
		err = store_layers_find(draft->store, rows, &layers);
	return err ? err : layers.count >= STORE_LAYERS_DEEP;
}

static void live_close(struct draft *draft)
{
	store_close(draft->store);
	draft->store = NULL;
	if (draft->lock >= 0)
		close(draft->lock);
	draft->lock = -1;
}

static int live_begin(struct draft *draft, bool bulk, FILE *out)
{
	int err;

	while ((err = live_open(draft, bulk, out)) > 0) {
		live_close(draft);
		err = draft_fold_wait(draft->state, DRAFT_FOLD_ALL, UINT_MAX,
				      out);
		if (err)
			return err;
	}
	return err;
}

int draft_begin(struct draft **result, const char *state, const char *name,
		bool bulk, FILE *out)
{
	struct draft *draft = calloc(1, sizeof(*draft));
	int err;

	*result = NULL;
	if (!draft)
		return error_sys(-ENOMEM, "cannot change a draft");
	draft->lock = -1;
	snprintf(draft->state, sizeof(draft->state), "%s", state);
	err = state_init(state, out);
	if (!err)
		err = live_begin(draft, bulk, out);
	if (!err)
		err = stored_begin(draft, name);
	if (err) {
		draft_free(draft);
		return err;
	}
	*result = draft;
	return 0;
}

struct store *draft_store(const struct draft *draft)
{
	return draft->store;
}

const struct store_draft *draft_stored(const struct draft *draft)
{
	return &draft->stored;
}

uint64_t draft_live(const struct draft *draft)
{
	return draft->live.release;
}

int draft_restart(struct draft *draft)
{
	draft->fresh = true;
	return store_draft_restart(draft->store, &draft->stored,
				   draft->live.release);
}

static int edit_write(struct draft *draft, const struct edit *edit)
{
	struct rule rule;
	int err = 0;
	size_t i;

	progress_stage("writing", 0);
	for (i = 0; i < edit->gone.count && !err; i++) {
		ruleset_get(&edit->gone.entries[i], &rule);
		err = store_draft_take(draft->store, &draft->stored, &rule);
		err = err ? err : interrupt_check();
		progress_at(i + 1);
	}
	for (i = 0; i < edit->rules.count && !err; i++) {
		if (edit->rules.entries[i].mark == EDIT_SAME)
			continue;
		ruleset_get(&edit->rules.entries[i], &rule);
		err = store_draft_put(draft->store, &draft->stored, &rule);
		err = err ? err : interrupt_check();
		progress_at(edit->gone.count + i + 1);
	}
	draft->stored.rules += edit->added - edit->removed;
	return err;
}

static int message_take(struct store_draft *stored, const char *message)
{
	char *copy;

	if (!message)
		return 0;
	copy = strdup(message);
	if (!copy)
		return error_sys(-ENOMEM, "cannot change a draft");
	free(stored->message);
	stored->message = copy;
	return 0;
}

bool draft_is_large(uint64_t places)
{
	return places > LARGE;
}

static uint64_t places(const struct edit *edit)
{
	return edit->added + edit->removed + edit->changed;
}

/* What it does to the release under it. */
static void counts_take(struct store_draft *stored, const struct edit *edit)
{
	stored->added = edit->added;
	stored->removed = edit->removed;
	stored->changed = edit->changed;
}

static int counts_find(struct draft *draft)
{
	struct store_draft *stored = &draft->stored;
	struct edit edit = {0};
	int err = draft_edit(&edit, draft->store, stored, stored->under);

	if (!err)
		counts_take(stored, &edit);
	edit_free(&edit);
	return err;
}

/* Its map, under a name that it has once the store is committed. */
static int map_compile(struct draft *draft, const struct edit *edit)
{
	struct store_draft *stored = &draft->stored;
	char tmp[PATH_MAX];
	uint64_t rules = 0;
	int err = release_map_draft(stored->map, sizeof(stored->map));

	progress_stage("compiling", 0);
	if (draft->fresh && edit)
		counts_take(stored, edit);
	else if (!err)
		err = counts_find(draft);
	release_map_tmp_path(tmp, draft->state, stored->map);
	if (!err)
		err = release_map_compile(tmp, draft->store, stored->rows,
					  &rules);
	if (!err)
		err = store_draft_compiled(draft->store, stored);
	if (err || !rules) {
		unlink(tmp);
		*stored->map = '\0';
	}
	return err;
}

/* The cutover can do without the map: only it takes longer then. */
static int map_try(struct draft *draft, const struct edit *edit)
{
	int err = map_compile(draft, edit);

	return err == -EINTR ? err : 0;
}

/* Unless something failed before. */
static int commit(struct draft *draft, int err)
{
	char tmp[PATH_MAX];

	if (!err)
		err = interrupt_check();
	if (!err)
		err = store_commit(draft->store);
	release_map_tmp_path(tmp, draft->state, draft->stored.map);
	if (!err && *draft->stored.map)
		release_map_publish(draft->state, draft->stored.map);
	else if (*draft->stored.map)
		unlink(tmp);
	if (!err)
		release_map_clean_drafts(draft->state, draft->store,
					 draft->live.release);
	return err;
}

int draft_commit(struct draft *draft, const struct edit *edit,
		 const struct change_note *note)
{
	struct store_draft *stored = &draft->stored;
	int err = edit_write(draft, edit);

	snprintf(stored->user, sizeof(stored->user), "%s", release_user());
	snprintf(stored->command, sizeof(stored->command), "%s", note->command);
	if (!err)
		err = message_take(stored, note->message);
	if (!err)
		err = store_draft_save(draft->store, stored);
	if (!err && draft_is_large(places(edit)))
		err = map_try(draft, edit);
	return commit(draft, err);
}

static bool map_is_there(const struct draft *draft)
{
	char path[PATH_MAX];

	state_map_path(path, draft->state, draft->stored.map);
	return *draft->stored.map && !access(path, F_OK);
}

/* Whether a cutover would compile it whole. */
static int is_large(struct draft *draft, bool *large)
{
	uint64_t own = 0;
	int err = store_draft_own(draft->store, &draft->stored, &own);

	*large = draft_is_large(own);
	return err;
}

int draft_prepare(const char *state, const char *name, FILE *out)
{
	struct draft *draft;
	bool large = false;
	int err = draft_begin(&draft, state, name, false, out);

	if (err)
		return err;
	interrupt_defer();
	if (!draft->stored.changes)
		err = store_draft_none(draft->store, name);
	else if (!map_is_there(draft))
		err = is_large(draft, &large);
	if (!err && large)
		err = commit(draft, map_try(draft, NULL));
	draft_free(draft);
	interrupt_end(false);
	return err;
}

const struct change_renewal *draft_renewed(const struct draft *draft)
{
	return &draft->renewal;
}

void draft_free(struct draft *draft)
{
	if (!draft)
		return;
	if (draft->store)
		store_rollback(draft->store);
	live_close(draft);
	store_draft_end(&draft->stored);
	change_renewal_free(&draft->renewal);
	free(draft);
}

static int drop_locked(const char *state, const char *name, FILE *out)
{
	struct store *store = NULL;
	struct live_file live;
	int err;

	err = release_recover(state, STORE_CREATE, &live, &store, out);
	if (!err)
		err = store_begin(store);
	if (!err)
		err = store_draft_drop(store, name);
	if (!err)
		err = store_commit(store);
	if (!err)
		release_map_clean_drafts(state, store, live.release);
	if (store)
		store_rollback(store);
	store_close(store);
	return err;
}

int draft_drop(const char *state, const char *name, FILE *out)
{
	int err = state_find(state), lock;

	if (!err && !store_exists(state))
		err = error_set(-ENOENT, "there is no draft %s", name);
	if (err)
		return err;
	lock = state_lock(state, out);
	if (lock < 0)
		return lock;
	err = drop_locked(state, name, out);
	close(lock);
	return err;
}
