// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "change.h"
#include "change_renewal.h"
#include "error.h"
#include "fast_change.h"
#include "interrupt.h"
#include "live_file.h"
#include "progress.h"
#include "release.h"
#include "release_map.h"
#include "release_overlay.h"
#include "release_thread.h"
#include "state.h"
#include "state_init.h"
#include "store_draft.h"
#include "store_draft_write.h"
#include "store_few.h"
#include "store_layers.h"
#include "store_lent.h"
#include "store_release.h"
#include "store_rule.h"
#include "store_sources.h"

enum {
	MAPS_KEPT = 2, /* beside the live one, for rollbacks and readers */
	LOOKS = 1000,  /* releases whose map may be that of an earlier one */
	MUCH = 16384,  /* rules; below, all is written in a moment */
};

struct change {
	char *state;
	int lock;
	struct store *store;
	struct live_file live, next;
	uint64_t rows;	   /* whose rows the live rules are */
	uint64_t rules;	   /* of live */
	uint64_t restores; /* or STORE_NO_ROWS */
	uint64_t target;   /* the release to restore, as it was asked for */
	uint64_t restored_rules;
	char draft_map[STORE_DRAFT_MAP]; /* "": it restores no draft's rows */
	bool lends;			 /* it does */
	uint64_t few; /* rows that differ from those under them; 0: none */
	bool notes;   /* which sources changed */
	struct release_thread *thread;
	struct fast_change *fast; /* or NULL: nothing is attached */
	struct change_renewal renewal;
	bool committed; /* in the store */
	bool live_now;
	bool large; /* its overlay is to be compacted */
	struct release_map_gone gone;
	char tmp[PATH_MAX], path[PATH_MAX];
};

static void paths_set(struct change *change)
{
	release_map_name(&change->next, change->live.release + 1);
	release_map_tmp_path(change->tmp, change->state, change->next.map);
	state_map_path(change->path, change->state, change->next.map);
}

int change_begin(struct change **result, const char *state, bool bulk,
		 FILE *out)
{
	struct change *change = calloc(1, sizeof(*change));
	int err;

	*result = NULL;
	if (!change)
		return error_sys(-ENOMEM, "cannot start a change");
	change->lock = -1;
	change->restores = STORE_NO_ROWS;
	err = state_init(state, out);
	change->state = strdup(state);
	if (!err && !change->state)
		err = error_sys(-ENOMEM, "cannot start a change");
	if (!err) {
		change->lock = state_lock(state, out);
		err = change->lock < 0 ? change->lock : 0;
	}
	if (!err)
		err = fast_change_begin(&change->fast, state, out);
	if (!err)
		err = release_recover(state, bulk ? STORE_BULK : STORE_CREATE,
				      &change->live, &change->store, out);
	if (!err)
		fast_change_repair(change->fast, out);
	if (!err)
		err = store_rows(change->store, change->live.release,
				 &change->rows, &change->rules);
	if (!err)
		err = store_begin(change->store);
	if (!err)
		err = change_renew(&change->renewal, change->store,
				   change->rows);
	if (!err) /* fewer rules, perhaps */
		err = store_rows(change->store, change->live.release,
				 &change->rows, &change->rules);
	if (err) {
		change->live_now = true; /* nothing to undo */
		change_free(change);
		return err;
	}
	paths_set(change);
	*result = change;
	return 0;
}

struct store *change_store(const struct change *change)
{
	return change->store;
}

uint64_t change_live(const struct change *change)
{
	return change->live.release;
}

uint64_t change_rows(const struct change *change)
{
	return change->rows;
}

uint64_t change_rules(const struct change *change)
{
	return change->rules;
}

uint64_t change_number(const struct change *change)
{
	return change->next.release;
}

/* Have the rows as they are be those of a release. */
static int rows_take(struct change *change, uint64_t release)
{
	uint64_t own;
	int err = store_lent_own(change->store, &own);

	if (err || (own && own == release))
		return err;
	return store_materialise(change->store, change->next.release, release);
}

int change_take_rows(struct change *change)
{
	struct store_layers layers;
	unsigned int i;
	int err;

	if (change->rows == change->live.release)
		return 0;
	err = store_layers_find(change->store, change->rows, &layers);
	if (!err)
		err = rows_take(change, layers.base);
	for (i = layers.count; !err && i--;)
		err = store_few_write(change->store, layers.rows[i],
				      change->next.release);
	return err;
}

int change_may_begin(struct change *change)
{
	struct store_layers layers;
	int err = store_layers_find(change->store, change->rows, &layers);

	return err ? err : layers.count < STORE_LAYERS_DEEP;
}

/* Whether there may be much to write where rows are taken: it is not known how
 * much differs, but of how many. */
static int is_much(struct change *change, bool *much)
{
	uint64_t own, rows, rules = 0;
	int err = 0;

	*much = false;
	if (change->rows == change->live.release)
		return 0;
	err = store_lent_own(change->store, &own);
	if (!err)
		err = store_rows(change->store, own, &rows, &rules);
	*much = own != change->rows && rules + change->rules > MUCH;
	return err;
}

int change_take_none(struct change *change, bool *none)
{
	int err = is_much(change, none);

	if (err)
		return err;
	return *none ? store_rules_end(change->store, change->next.release)
		     : change_take_rows(change);
}

int change_take_few(struct change *change, uint64_t places, uint64_t *draft)
{
	bool much;
	int err = is_much(change, &much);

	*draft = 0;
	change->notes = change->rules > MUCH;
	if (err)
		return err;
	if (!much)
		return change_take_rows(change);
	err = store_few_over(change->store, change->next.release, change->rows,
			     places, &change->few);
	*draft = change->few;
	return err;
}

int change_compile(struct change *change, const struct release_source *source)
{
	return release_thread_start(&change->thread, change->tmp, source);
}

int change_restore(struct change *change, uint64_t number)
{
	change->target = number;
	return store_rows(change->store, number, &change->restores,
			  &change->restored_rules);
}

int change_restore_draft(struct change *change, const struct store_draft *draft)
{
	change->lends = true;
	change->restores = draft->rows;
	change->restored_rules = draft->rules;
	strcpy(change->draft_map, draft->map);
	return store_draft_became(change->store, draft, change->next.release);
}

/* Whether a map that is there could be taken. */
static bool map_take(const struct change *change, uint64_t release)
{
	struct live_file from = {0};

	if (change->lends)
		strcpy(from.map, change->draft_map);
	else
		release_map_name(&from, release);
	return *from.map &&
	       !release_map_link(change->state, from.map, change->next.map,
				 change->restored_rules);
}

/* Take the map of a release with the same rules: 1, or 0. */
static int map_of(const struct store_release *release, void *arg)
{
	const struct change *change = arg;
	uint64_t rows = release->restores == STORE_NO_ROWS ? release->number
							   : release->restores;

	return rows == change->restores && map_take(change, release->number);
}

/* Any of the maps with the same rules will do; else they are compiled. */
static int map_restore(struct change *change, uint64_t *rules)
{
	uint64_t live = change->live.release;
	int got = 0;

	*rules = change->restored_rules;
	if (!*rules || map_take(change, change->target))
		return 0;
	if (!change->lends)
		got = store_log(change->store, live > LOOKS ? live - LOOKS : 1,
				live, map_of, change);
	if (got)
		return got < 0 ? got : 0;
	unlink(change->path);
	return release_map_compile(change->tmp, change->store, change->restores,
				   rules);
}

/* The rules in the store: what differs from the live map's lower map, or
 * all. */
static int map_compile(struct change *change, uint64_t *rules)
{
	uint64_t number = change->few ? change->few : change->next.release;
	int err;

	*rules = change->rules + store_rule_delta(change->store);
	err = release_map_overlay(change->tmp, change->state, &change->live,
				  change->store, number, *rules,
				  &change->large);
	if (err > 0)
		err = release_map_compile(change->tmp, change->store, number,
					  rules);
	return err;
}

static int map_make(struct change *change, uint64_t *rules)
{
	int err;

	if (change->thread)
		err = release_thread_join(change->thread, rules);
	else if (change->restores != STORE_NO_ROWS)
		err = map_restore(change, rules);
	else
		err = map_compile(change, rules);
	if (err)
		return err;
	if (!*rules)
		change->next.map[0] = '\0';
	else if (access(change->path, F_OK))
		err = release_map_publish(change->state, change->next.map);
	return err;
}

static int row_add(struct change *change, const struct change_note *note,
		   uint64_t rules)
{
	char *message = NULL;
	int err;
	struct store_release row = {
		.number = change->next.release,
		.time = time(NULL),
		.user = release_user(),
		.command = note->command,
		.added = note->added,
		.removed = note->removed,
		.changed = note->changed,
		.rules = rules,
		.restores = change->few ? change->few : change->restores,
	};

	err = change_renewal_message(&message, &change->renewal, note->message);
	row.message = message;
	if (!err)
		err = store_release_add(change->store, &row);
	if (!err && change->notes)
		err = store_sources_note(change->store, row.number, row.time,
					 store_touched(change->store));
	if (!err && (change->lends || change->few))
		err = store_lent_note(change->store);
	free(message);
	return err;
}

/* The cutover on disk. */
static int live_sync(const struct change *change)
{
	char reason[ERROR_TEXT];
	int err = state_sync(change->state);

	if (!err)
		return 0;
	error_save(reason);
	return error_set(
		err,
		"release %llu is live, but may not survive a power failure: %s",
		(unsigned long long)change->next.release, reason);
}

static int cutover(struct change *change)
{
	uint64_t live = change->next.release;
	int err = live_file_replace(change->state, &change->next);

	if (err)
		return err;
	change->live_now = true;
	fast_change_switch(change->fast);
	err = live_sync(change);
	release_map_clean(change->state, 0,
			  live > MAPS_KEPT ? live - MAPS_KEPT : 0, live,
			  &change->gone);
	return err;
}

/* All that can be refused, but for the commit. */
static int change_ready(struct change *change, const struct change_note *note,
			uint64_t *count)
{
	int err;

	progress_stage("compiling", 0);
	err = map_make(change, count);
	progress_stage("making it ready", 0);
	if (!err)
		err = fast_change_load(change->fast, &change->next);
	return err ? err : row_add(change, note, *count);
}

int change_try(struct change *change, const struct change_note *note)
{
	uint64_t count;

	return change_ready(change, note, &count);
}

int change_commit(struct change *change, const struct change_note *note,
		  uint64_t *rules)
{
	uint64_t count = 0;
	int err;

	err = change_ready(change, note, &count);
	progress_stage("making it live", 0);
	if (!err)
		err = interrupt_check();
	if (!err)
		err = store_commit(change->store);
	if (!err) {
		change->committed = true;
		err = cutover(change);
	}
	if (rules)
		*rules = count;
	return err;
}

bool change_is_live(const struct change *change)
{
	return change->live_now;
}

/* Into BPF memory before it has its name, since there may be no room: the
 * overlay then goes on in both places. */
static int map_compact(struct change *change)
{
	struct live_file unnamed = change->next;
	int err;

	strcat(unnamed.map, STATE_TMP);
	err = release_map_whole(change->state, change->store, &change->next);
	if (err)
		return err;
	err = fast_change_load(change->fast, &unnamed);
	if (err)
		unlink(change->tmp);
	else
		err = release_map_publish(change->state, change->next.map);
	if (!err)
		fast_change_switch(change->fast);
	return err;
}

bool change_needs_compaction(const struct change *change)
{
	return change->live_now && change->large;
}

int change_compact(struct change *change)
{
	change->large = false;
	return map_compact(change);
}

const struct change_renewal *change_renewed(const struct change *change)
{
	return &change->renewal;
}

/* Keeps the message of what went wrong. A release that stays in the store
 * because the disk is full is behind live, and so nobody's. */
static void change_undo(struct change *change)
{
	char reason[ERROR_TEXT];

	error_save(reason);
	store_rollback(change->store);
	if (change->committed)
		store_truncate(change->store, change->live.release);
	unlink(change->tmp);
	unlink(change->path);
	error_restore(reason);
}

void change_free(struct change *change)
{
	if (!change)
		return;
	release_thread_free(change->thread);
	if (!change->live_now)
		change_undo(change);
	store_close(change->store);
	fast_change_free(change->fast);
	if (change->lock >= 0)
		close(change->lock);
	release_map_gone_free(&change->gone);
	change_renewal_free(&change->renewal);
	free(change->state);
	free(change);
}
