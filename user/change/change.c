// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_change.h"
#include "release_map.h"
#include "release_renew.h"

enum { MAPS_KEPT = 2 }; /* beside the live one, for rollbacks and readers */

struct release {
	char *state;
	int lock;
	struct store *store;
	struct state_live live, next;
	uint64_t base;	   /* whose rows the live rules are */
	uint64_t rules;	   /* of live */
	uint64_t restores; /* or STORE_NO_BASE */
	uint64_t target;   /* the release to restore, as it was asked for */
	uint64_t restored_rules;
	struct release_thread *thread;
	struct fast_change *fast; /* or NULL: nothing is attached */
	struct release_renewal renewal;
	bool committed; /* in the store */
	bool live_now;
	bool large; /* its overlay is to be folded into its base */
	char tmp[PATH_MAX], path[PATH_MAX];
};

static void paths_set(struct release *release)
{
	char name[80];

	release_map_name(&release->next, release->live.release + 1);
	snprintf(name, sizeof(name), "%s.tmp", release->next.map);
	state_map_path(release->tmp, release->state, name);
	state_map_path(release->path, release->state, release->next.map);
}

int release_begin(struct release **out, const char *state, bool bulk)
{
	struct release *release = calloc(1, sizeof(*release));
	int err;

	*out = NULL;
	if (!release)
		return error_sys(-ENOMEM, "cannot start a change");
	release->lock = -1;
	release->restores = STORE_NO_BASE;
	err = state_init(state);
	release->state = strdup(state);
	if (!err && !release->state)
		err = error_sys(-ENOMEM, "cannot start a change");
	if (!err) {
		release->lock = state_lock(state);
		err = release->lock < 0 ? release->lock : 0;
	}
	if (!err)
		err = fast_change_begin(&release->fast, state);
	if (!err)
		err = release_settle(state, bulk ? STORE_BULK : STORE_CREATE,
				     &release->live, &release->store);
	if (!err)
		fast_change_repair(release->fast);
	if (!err)
		err = store_base(release->store, release->live.release,
				 &release->base, &release->rules);
	if (!err)
		err = store_begin(release->store);
	if (!err)
		err = release_renew(&release->renewal, release->store,
				    release->base);
	if (!err) /* fewer rules, perhaps */
		err = store_base(release->store, release->live.release,
				 &release->base, &release->rules);
	if (err) {
		release->live_now = true; /* nothing to undo */
		release_free(release);
		return err;
	}
	paths_set(release);
	*out = release;
	return 0;
}

struct store *release_store(const struct release *release)
{
	return release->store;
}

uint64_t release_live(const struct release *release)
{
	return release->live.release;
}

uint64_t release_base(const struct release *release)
{
	return release->base;
}

uint64_t release_rules(const struct release *release)
{
	return release->rules;
}

uint64_t release_number(const struct release *release)
{
	return release->next.release;
}

int release_write(struct release *release)
{
	if (release->base == release->live.release)
		return 0;
	return store_materialise(release->store, release->next.release,
				 release->base);
}

int release_compile(struct release *release,
		    const struct release_source *source)
{
	return release_thread_start(&release->thread, release->tmp, source);
}

int release_restore(struct release *release, uint64_t number)
{
	release->target = number;
	return store_base(release->store, number, &release->restores,
			  &release->restored_rules);
}

static int map_link(struct release *release, uint64_t from, uint64_t rules)
{
	if (!fast_change_overlays(release->fast) &&
	    release_map_is_overlay(release->state, from))
		return -EPERM;
	return release_map_link(release->state, from, release->next.map, rules);
}

/* Any of the maps with the same rules will do; else they are compiled. */
static int map_restore(struct release *release, uint64_t *rules)
{
	*rules = release->restored_rules;
	if (!*rules)
		return 0;
	if (!map_link(release, release->target, *rules) ||
	    !map_link(release, release->restores, *rules))
		return 0;
	unlink(release->path);
	return release_map_compile(release->tmp, release->store,
				   release->restores, rules);
}

/* The rules in the store: what differs from the live map's base, or all. */
static int map_compile(struct release *release, uint64_t *rules)
{
	uint64_t number = release->next.release;
	int err = 1;

	*rules = release->rules + store_balance(release->store);
	if (fast_change_overlays(release->fast))
		err = release_map_overlay(release->tmp, release->state,
					  &release->live, release->store,
					  number, *rules, &release->large);
	if (err > 0)
		err = release_map_compile(release->tmp, release->store, number,
					  rules);
	return err;
}

static int map_make(struct release *release, uint64_t *rules)
{
	int err;

	if (release->thread)
		err = release_thread_join(release->thread, rules);
	else if (release->restores != STORE_NO_BASE)
		err = map_restore(release, rules);
	else
		err = map_compile(release, rules);
	if (err)
		return err;
	if (!*rules)
		release->next.map[0] = '\0';
	else if (access(release->path, F_OK))
		err = release_map_publish(release->state, release->next.map);
	return err;
}

const char *release_user(void)
{
	const char *sudo = getenv("SUDO_USER");
	static char number[16];
	struct passwd *entry;

	if (sudo && *sudo && !getuid())
		return sudo;
	entry = getpwuid(getuid());
	if (entry)
		return entry->pw_name;
	snprintf(number, sizeof(number), "%u", (unsigned int)getuid());
	return number;
}

static int row_add(struct release *release, const struct release_note *note,
		   uint64_t rules)
{
	char *message = NULL;
	int err;
	struct store_release row = {
		.number = release->next.release,
		.time = time(NULL),
		.user = release_user(),
		.command = note->command,
		.added = note->added,
		.removed = note->removed,
		.changed = note->changed,
		.rules = rules,
		.restores = release->restores,
	};

	err = release_renewal_message(&message, &release->renewal,
				      note->message);
	row.message = message;
	if (!err)
		err = store_release_add(release->store, &row);
	free(message);
	return err;
}

/* The cutover on disk. err with its message is what went wrong before, and is
 * returned; what goes wrong here is said then. */
static int live_sync(const struct release *release, int err)
{
	char before[1024], reason[1024];
	int failed;

	snprintf(before, sizeof(before), "%s", error_text());
	failed = state_sync(release->state);
	snprintf(reason, sizeof(reason), "%s", error_text());
	if (failed)
		error_set(
			failed,
			"release %llu is live, but may not survive a power failure: %.900s",
			(unsigned long long)release->next.release, reason);
	if (!err)
		return failed;
	if (failed)
		fprintf(stderr, "detour: %s\n", error_text());
	return error_set(err, "%s", before);
}

static int cutover(struct release *release)
{
	uint64_t live = release->next.release;
	int err = state_live_replace(release->state, &release->next);

	if (err)
		return err;
	release->live_now = true;
	err = fast_change_switch(release->fast);
	err = live_sync(release, err);
	release_map_clean(release->state,
			  live > MAPS_KEPT ? live - MAPS_KEPT : 0, live);
	return err;
}

int release_commit(struct release *release, const struct release_note *note,
		   uint64_t *rules)
{
	uint64_t count = 0;
	int err;

	err = map_make(release, &count);
	if (!err)
		err = fast_change_load(release->fast, &release->next);
	if (!err)
		err = row_add(release, note, count);
	if (!err)
		err = store_commit(release->store);
	if (!err) {
		release->committed = true;
		err = cutover(release);
	}
	if (release->live_now)
		release_renewal_print(&release->renewal);
	if (rules)
		*rules = count;
	return err;
}

bool release_is_live(const struct release *release)
{
	return release->live_now;
}

/* Into BPF memory before it has its name, since there may be no room: the
 * overlay then goes on in both places. */
static int map_fold(struct release *release)
{
	struct state_live unnamed = release->next;
	int err;

	strcat(unnamed.map, ".tmp");
	err = release_map_whole(release->state, release->store, &release->next);
	if (err)
		return err;
	err = fast_change_load(release->fast, &unnamed);
	if (err)
		unlink(release->tmp);
	else
		err = release_map_publish(release->state, release->next.map);
	return err ? err : fast_change_switch(release->fast);
}

bool release_folds(const struct release *release)
{
	return release->live_now && release->large;
}

void release_fold(struct release *release)
{
	release->large = false;
	if (map_fold(release))
		fprintf(stderr,
			"detour: release %llu is live, but the next changes are slow, since its map cannot be compiled whole: %s\n",
			(unsigned long long)release->next.release,
			error_text());
}

/* Keeps the message of what went wrong. A release that stays in the store
 * because the disk is full is behind live, and so nobody's. */
static void release_undo(struct release *release)
{
	char reason[1024];

	snprintf(reason, sizeof(reason), "%s", error_text());
	store_rollback(release->store);
	if (release->committed)
		store_forget(release->store, release->live.release);
	unlink(release->tmp);
	unlink(release->path);
	error_set(0, "%s", reason);
}

void release_free(struct release *release)
{
	if (!release)
		return;
	release_thread_free(release->thread);
	if (!release->live_now)
		release_undo(release);
	store_close(release->store);
	fast_change_free(release->fast);
	if (release->lock >= 0)
		close(release->lock);
	release_renewal_free(&release->renewal);
	free(release->state);
	free(release);
}
