// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change.h"
#include "change_renewal.h"
#include "draft.h"
#include "edit.h"
#include "error.h"
#include "interrupt.h"
#include "progress.h"
#include "release.h"
#include "rule.h"
#include "state.h"
#include "state_init.h"
#include "store.h"
#include "store_draft.h"
#include "store_draft_write.h"
#include "store_release.h"

struct draft {
	int lock;
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

int draft_begin(struct draft **result, const char *state, const char *name,
		bool bulk, FILE *out)
{
	struct draft *draft = calloc(1, sizeof(*draft));
	int err;

	*result = NULL;
	if (!draft)
		return error_sys(-ENOMEM, "cannot change a draft");
	draft->lock = -1;
	err = state_init(state, out);
	if (!err) {
		draft->lock = state_lock(state, out);
		err = draft->lock < 0 ? draft->lock : 0;
	}
	if (!err)
		err = release_recover(state, bulk ? STORE_BULK : STORE_CREATE,
				      &draft->live, &draft->store, out);
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
	if (!err)
		err = interrupt_check();
	return err ? err : store_commit(draft->store);
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
	store_close(draft->store);
	store_draft_end(&draft->stored);
	change_renewal_free(&draft->renewal);
	if (draft->lock >= 0)
		close(draft->lock);
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
