// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "live_file.h"
#include "release.h"
#include "release_map.h"
#include "release_prune.h"
#include "state.h"
#include "store.h"
#include "store_keep.h"
#include "store_prune.h"

enum { MAPS_KEPT = 2 }; /* beside the live one, as by a change */

/* A file's bytes; those of one with several names count for a part each. */
static uint64_t file_size(const char *path)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return 0;
	return (uint64_t)st.st_size / st.st_nlink;
}

static uint64_t state_size(const char *state)
{
	char path[PATH_MAX];
	struct dirent *entry;
	uint64_t size;
	DIR *dir;

	store_kept(state, &size);
	state_path(path, state, "detour.db");
	size += file_size(path);
	state_path(path, state, "maps");
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		state_map_path(path, state, entry->d_name);
		size += file_size(path);
	}
	if (dir)
		closedir(dir);
	return size;
}

/* The oldest release that stays. */
static int first_find(struct release_prune *prune, struct store *store)
{
	uint64_t live = prune->live, first = 0;
	int err;

	err = store_first(store, &prune->first_gone);
	if (!err && !prune->keep)
		err = store_since(store, prune->before, &first);
	if (err)
		return err;
	if (prune->keep)
		first = live >= prune->keep ? live - prune->keep + 1 : 1;
	if (!first || first >= live)
		first = live > 1 ? live - 1 : 1;
	if (first < prune->first_gone)
		first = prune->first_gone;
	prune->first = first;
	return 0;
}

static int prune_look(const char *state, struct release_prune *prune)
{
	struct store *store;
	char path[PATH_MAX];
	uint64_t all = 0, kept;
	int err;

	err = store_open(&store, state, STORE_READ);
	if (!err)
		err = first_find(prune, store);
	if (!err)
		err = store_prune_look(store, prune->first, &prune->releases,
				       &prune->rules, &all);
	store_close(store);
	state_path(path, state, "detour.db");
	if (!err && all)
		prune->bytes = (double)file_size(path) * prune->rules / all;
	prune->kept = store_kept(state, &kept);
	prune->bytes += kept;
	return err;
}

/* What is gone is gone if there is no room to make the rest smaller. */
static void prune_pack(struct release_prune *prune, struct store *store)
{
	struct store_pruned pruned;
	int err = store_pruned(store, &pruned);

	if (!err && (prune->kept || (pruned.before && !pruned.packed)))
		err = store_pack(store);
	prune->unpacked = err;
}

static int prune_run(const char *state, struct release_prune *prune,
		     struct store *store, FILE *out)
{
	struct store_pruned pruned = {.time = time(NULL)};
	uint64_t size = state_size(state), left, maps;
	int err = first_find(prune, store);

	if (err)
		return err;
	pruned.before = prune->first;
	snprintf(pruned.user, sizeof(pruned.user), "%s", release_user());
	if (prune->first > prune->first_gone)
		err = store_prune(store, &pruned, &prune->releases,
				  &prune->rules);
	if (err)
		return err;
	maps = prune->live > MAPS_KEPT ? prune->live - MAPS_KEPT : 0;
	release_map_clean(state, prune->first,
			  maps > prune->first ? maps : prune->first,
			  prune->live, NULL);
	if (store_kept_remove(state, &prune->kept))
		fprintf(out, "detour: %s\n", error_text());
	prune_pack(prune, store);
	left = state_size(state);
	prune->bytes = size > left ? size - left : 0;
	return 0;
}

static int prune_locked(const char *state, struct release_prune *prune,
			FILE *out)
{
	struct store *store = NULL;
	struct live_file live;
	int lock, err;

	lock = state_lock(state, out);
	if (lock < 0)
		return lock;
	err = release_recover(state, STORE_BULK, &live, &store, out);
	if (!err) {
		prune->live = live.release;
		err = prune_run(state, prune, store, out);
	}
	store_close(store);
	close(lock);
	return err;
}

int release_prune(const char *state, struct release_prune *prune, FILE *out)
{
	struct live_file live;
	int err = release_read(state, &live, out);

	prune->live = live.release;
	if (err || !live.release)
		return err;
	return prune->dry_run ? prune_look(state, prune)
			      : prune_locked(state, prune, out);
}
