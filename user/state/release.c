// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "live_file.h"
#include "map_file.h"
#include "release.h"
#include "release_map.h"
#include "state.h"
#include "state_init.h"
#include "store_draft_write.h"
#include "store_release.h"
#include "store_rule.h"

/* Whether the live file says nothing: lost, or not as we write it. */
static bool live_is_lost(int err)
{
	return err == -ENOENT || err == -EBADMSG;
}

/* Make the map of a release sound, if it has one. */
static int map_mend(const char *state, struct store *store,
		    const struct live_file *live, struct map **map, FILE *out)
{
	int err = release_map_check(state, live->map, map);

	if (err == -EPROTONOSUPPORT)
		return release_map_private(state, store, live, map, out);
	if (!release_map_damaged(err))
		return err;
	fprintf(out, "detour: %s; rebuilding it from the store\n",
		error_text());
	err = release_map_rebuild(state, store, live);
	return err ? err : release_map_check(state, live->map, map);
}

/* The highest release of the store becomes live again. */
static int live_recover(const char *state, struct store *store,
			struct live_file *live, FILE *out)
{
	struct map *map = NULL;
	uint64_t last, rows, rules;
	int err;

	memset(live, 0, sizeof(*live));
	err = store_last(store, &last);
	if (!err && !last)
		err = state_maps_check(state);
	if (!err)
		err = store_rows(store, last, &rows, &rules);
	if (err)
		return err;
	fprintf(out,
		"detour: %s/live was lost or damaged; release %" PRIu64
		" is live again\n",
		state, last);
	if (rules) {
		release_map_name(live, last);
		err = map_mend(state, store, live, &map, out);
		map_close(map);
	}
	live->release = last;
	if (!err)
		err = live_file_write(state, live);
	return err < 0 ? err : 0;
}

static int leftovers_remove(const char *state, struct store *store,
			    const struct live_file *live)
{
	uint64_t last;
	int err;

	err = store_last(store, &last);
	if (err)
		return err;
	/* An interrupted command leaves one release too many, never more. */
	if (last < live->release || last > live->release + 1)
		return error_set(
			-EBADMSG,
			"release %" PRIu64
			" is live, but the last one in %s/detour.db is %" PRIu64
			"; remove %s/live to make that one live",
			live->release, state, last, state);
	if (last > live->release)
		err = store_truncate(store, live->release);
	live_file_clean(state);
	release_map_clean(state, 0, 0, live->release, NULL);
	return err;
}

int release_recover(const char *state, enum store_mode mode,
		    struct live_file *live, struct store **store, FILE *out)
{
	int err = live_file_read(state, live);
	bool lost = live_is_lost(err);

	*store = NULL;
	if (err && !lost)
		return err;
	if (!lost && live->release && !store_exists(state))
		return error_set(
			-ENOENT,
			"release %" PRIu64
			" is live, but %s/detour.db is missing" STORE_HINT,
			live->release, state);
	err = lost && !store_exists(state) ? state_maps_check(state) : 0;
	if (!err)
		err = store_open(store, state, mode);
	if (!err && lost)
		err = live_recover(state, *store, live, out);
	if (!err)
		err = leftovers_remove(state, *store, live);
	if (!err) { /* if not now, then by the next command */
		store_draft_purge(*store);
		release_map_clean_drafts(state, *store, live->release);
	}
	if (err) {
		store_close(*store);
		*store = NULL;
	}
	return err;
}

int release_repair(const char *state, FILE *out)
{
	struct store *store = NULL;
	struct live_file live;
	int lock, err;

	err = state_init(state, out);
	if (err)
		return err;
	err = live_file_read(state, &live);
	if (!live_is_lost(err))
		return err;
	lock = state_lock(state, out);
	if (lock < 0)
		return lock;
	err = release_recover(state, STORE_CREATE, &live, &store, out);
	store_close(store);
	close(lock);
	return err;
}

int release_read(const char *state, struct live_file *live, FILE *out)
{
	int err = live_file_read(state, live);

	if (!live_is_lost(err))
		return err;
	memset(live, 0, sizeof(*live));
	if (err == -ENOENT && !store_exists(state)) {
		err = state_find(state);
		return err ? err : state_maps_check(state);
	}
	err = release_repair(state, out);
	return err ? err : live_file_read(state, live);
}

int release_map_mend(const char *state, const struct live_file *live,
		     struct map **map, FILE *out)
{
	struct store *store;
	int err;

	*map = NULL;
	if (!*live->map)
		return 0;
	err = release_map_check(state, live->map, map);
	if (!release_map_damaged(err) && err != -EPROTONOSUPPORT)
		return err;
	err = store_open(&store, state, STORE_READ);
	if (!err)
		err = map_mend(state, store, live, map, out);
	store_close(store);
	return err;
}

/* Under the lock nobody else rebuilds or prunes; live may have moved on. */
static int map_mend_locked(const char *state, struct live_file *live,
			   struct map **map, FILE *out)
{
	int lock, err;

	lock = state_lock(state, out);
	if (lock < 0)
		return lock;
	err = live_file_read(state, live);
	if (!err)
		err = release_map_mend(state, live, map, out);
	close(lock);
	return err;
}

int release_open_map(const char *state, struct live_file *live,
		     struct map **map, FILE *out)
{
	char reason[ERROR_TEXT];
	int err;

	*map = NULL;
	err = release_read(state, live, out);
	if (err || !*live->map)
		return err;
	err = release_map_check(state, live->map, map);
	if (!release_map_damaged(err) && err != -EPROTONOSUPPORT)
		return err;
	error_save(reason);
	err = map_mend_locked(state, live, map, out);
	if (!err)
		return 0;
	return error_wrap(err, "%s; it cannot be rebuilt", reason);
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
