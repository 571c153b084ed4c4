// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "fast_hits.h"
#include "fast_misses.h"
#include "fastpath.h"
#include "hits_db.h"
#include "hits_fold.h"
#include "hits_gather.h"
#include "hits_leave.h"
#include "hits_run.h"
#include "map_file.h"
#include "map_view.h"
#include "misses.h"
#include "release_map.h"
#include "state.h"

enum { LEAVE_WAIT = 2000 }; /* ms for others who write */

/* Of the command. */
static struct hits_db *open_db;
static char open_state[PATH_MAX];
static char failed[ERROR_TEXT];
static bool is_failed;

static void fail(void)
{
	if (!is_failed)
		error_save(failed);
	is_failed = true;
}

/* Kept open: a command that changes a rule takes away several. */
static struct hits_db *db_of(const char *state, enum hits_db_mode mode)
{
	int err;

	if (open_db && !strcmp(open_state, state))
		return open_db;
	hits_db_close(open_db);
	open_db = NULL;
	err = hits_db_open(&open_db, state, mode, LEAVE_WAIT);
	if (err && err != -ENOENT)
		fail();
	strncpy(open_state, state, sizeof(open_state) - 1);
	return open_db;
}

static int map_leave(struct hits_db *db, const struct map *map,
		     const char *name)
{
	uint64_t key = hits_map_key(map_header(map));
	bool waits;
	int err = hits_db_begin(db);

	if (err)
		return err;
	err = hits_fold_leaves(db, key, name);
	if (!err)
		err = hits_fold_waits(db, key, &waits);
	if (!err && waits)
		err = hits_fold(db, map);
	if (err)
		hits_db_rollback(db);
	return err ? err : hits_db_commit(db);
}

/* Under another name it is there still. */
void hits_leave_map(const char *state, const char *name)
{
	struct map *map = NULL;
	char path[PATH_MAX], reason[ERROR_TEXT];
	struct hits_db *db;
	struct stat st;

	state_map_path(path, state, name);
	if (stat(path, &st) || st.st_nlink > 1)
		return;
	error_save(reason);
	db = db_of(state, HITS_DB_THERE);
	if (db && !map_open_alone(&map, path) && map_leave(db, map, name))
		fail();
	map_close(map);
	error_restore(reason);
}

void hits_leave_area(const char *state, const struct fast_hits *hits)
{
	struct hits_db *db;

	if (!*hits->loaded->name)
		return;
	db = db_of(state, HITS_DB_MAKE);
	if (db && hits_gather_area(db, hits))
		fail();
}

void hits_leave_misses(const char *state)
{
	struct hits_db *db = db_of(state, HITS_DB_MAKE);

	if (db && misses_save_fast(db, state))
		fail();
}

void hits_leave_set(void)
{
	fast_misses_saver(hits_leave_misses);
	release_map_leaves(hits_leave_map);
	fast_area_hits_saver(hits_leave_area);
}

const char *hits_leave_failed(void)
{
	if (!is_failed)
		return NULL;
	is_failed = false;
	return failed;
}
