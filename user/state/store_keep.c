// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "state.h"
#include "store_db.h"
#include "store_keep.h"
#include "store_schema.h"

/* SQLite is to open it: no longer than what it makes of detour.db. */
#define TMP_NAME "store" STATE_TMP

void store_kept_name(char name[STORE_KEPT_NAME], int version)
{
	snprintf(name, STORE_KEPT_NAME, "detour.db.version-%d", version);
}

/* The state directory, as the store's path has it. */
static void state_of(char *state, const struct store *store)
{
	snprintf(state, PATH_MAX, "%s", store->path);
	*strrchr(state, '/') = '\0';
}

static void kept_path(char *path, const char *state, int version)
{
	char name[STORE_KEPT_NAME];

	store_kept_name(name, version);
	state_path(path, state, "%s", name);
}

/* Another connection sees what is committed, and nothing is written into the
 * file before the commit (cache_spill in store.c). */
static int copy_write(struct store *copy, const char *path)
{
	static const char what[] = "keep the store as it was";
	sqlite3_stmt *stmt;

	if (sqlite3_open_v2(copy->path, &copy->db,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL))
		return store_fail(copy, what);
	sqlite3_extended_result_codes(copy->db, 1);
	if (sqlite3_prepare_v2(copy->db, "VACUUM INTO ?1", -1, &stmt, NULL))
		return store_fail(copy, what);
	sqlite3_bind_text(stmt, 1, path, -1, SQLITE_STATIC);
	return store_run(copy, stmt, what);
}

static int copy_make(const struct store *store, const char *tmp)
{
	struct store copy = {0};
	int fd, err;

	unlink(tmp);
	fd = file_open(tmp, O_RDWR | O_CREAT | O_EXCL);
	if (fd < 0)
		return error_sys(fd, "cannot create %s", tmp);
	memcpy(copy.path, store->path, sizeof(copy.path));
	err = copy_write(&copy, tmp);
	sqlite3_close(copy.db);
	if (!err && fsync(fd))
		err = error_sys(-errno, "cannot sync %s", tmp);
	close(fd);
	return err;
}

int store_keep(const struct store *store)
{
	char state[PATH_MAX], tmp[PATH_MAX], path[PATH_MAX];
	int err;

	state_of(state, store);
	state_path(tmp, state, TMP_NAME);
	kept_path(path, state, store->before);
	err = copy_make(store, tmp);
	if (!err && rename(tmp, path))
		err = error_sys(-errno, "cannot keep the store as %s", path);
	if (!err)
		err = state_sync(state);
	if (err)
		unlink(tmp);
	return err;
}

void store_keep_undo(const struct store *store)
{
	char state[PATH_MAX], path[PATH_MAX];

	state_of(state, store);
	kept_path(path, state, store->before);
	unlink(path);
}

unsigned int store_kept(const char *state, uint64_t *bytes)
{
	char path[PATH_MAX];
	unsigned int kept = 0;
	struct stat st;
	int version;

	*bytes = 0;
	for (version = 1; version < STORE_VERSION; version++) {
		kept_path(path, state, version);
		if (stat(path, &st))
			continue;
		*bytes += st.st_size;
		kept |= 1U << version;
	}
	return kept;
}

int store_kept_remove(const char *state, unsigned int *gone)
{
	char path[PATH_MAX];
	int version, err = 0;

	*gone = 0;
	state_path(path, state, TMP_NAME);
	unlink(path);
	state_path(path, state, TMP_NAME "-journal");
	unlink(path);
	for (version = 1; version < STORE_VERSION; version++) {
		kept_path(path, state, version);
		if (!unlink(path))
			*gone |= 1U << version;
		else if (errno != ENOENT)
			err = error_sys(-errno, "cannot remove %s", path);
	}
	return err;
}
