// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "live_file.h"
#include "path.h"
#include "state.h"
#include "state_init.h"

/* SQLite has no room for more, "/detour.db-journal" included, whether or not
 * the path was given from the root. */
enum { STATE_PATH_MAX = 512 - 18 };

/* Sync the directory that a path is in. */
static int sync_parent(const char *path)
{
	char parent[PATH_MAX];

	path_parent(parent, path);
	return state_sync(parent);
}

/* The state directory may be a symbolic link. */
static int dir_check(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return error_sys(-errno, "cannot use %s", path);
	if (!S_ISDIR(st.st_mode))
		return error_sys(-ENOTDIR, "cannot use %s", path);
	return 0;
}

/* The state directory or one above it. It belongs to its maker, unlike what
 * file_folder() makes, wherever it is; one that is there is left as it is. */
static int make_dir(const char *path)
{
	if (!mkdir(path, 0755))
		return chmod(path, 0755)
			       ? error_sys(-errno, "cannot use %s", path)
			       : sync_parent(path);
	if (errno != EEXIST)
		return error_sys(-errno, "cannot create %s", path);
	return dir_check(path);
}

/* One inside the state directory, of whoever that belongs to. */
static int make_folder(const char *state, const char *name)
{
	char path[PATH_MAX];
	int err;

	state_path(path, state, "%s", name);
	err = file_folder(path);
	if (err < 0)
		return error_sys(err, "cannot create %s", path);
	return err ? state_sync(state) : dir_check(path);
}

static bool is_default(const char *state)
{
	const char *usual = state_default();

	return usual && !strcmp(state, usual) && !getenv("DETOUR_STATE");
}

/* Those of a path that was not given: they are the user's own. */
static int make_parents(const char *state)
{
	char path[PATH_MAX];
	struct stat st;
	char *at;
	int err;

	if (!is_default(state) || !stat(state, &st))
		return 0;
	snprintf(path, sizeof(path), "%s", state);
	for (at = path + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		if (stat(path, &st)) {
			err = make_dir(path);
			if (err)
				return err;
		}
		*at = '/';
	}
	return 0;
}

/* The lock file; one that is there is not written to. */
static int make_lock(const char *state)
{
	char path[PATH_MAX];
	int fd;

	state_path(path, state, "lock");
	fd = file_open(path, O_RDONLY | O_CREAT);
	if (fd < 0)
		return state_lock_fail(fd, state, path);
	close(fd);
	return 0;
}

/* The store is looked for under the lock: an import that runs now has made
 * live before its store. */
static int make_live(const char *state, FILE *out)
{
	static const struct live_file none;
	struct live_file live;
	char db[PATH_MAX];
	int lock, err;

	if (live_file_read(state, &live) != -ENOENT)
		return 0;
	state_path(db, state, "detour.db");
	if (!access(db, F_OK))
		return 0;
	lock = state_lock(state, out);
	if (lock < 0)
		return lock;
	err = 0;
	if (live_file_read(state, &live) == -ENOENT && access(db, F_OK)) {
		err = state_maps_check(state);
		if (!err)
			err = live_file_write(state, &none);
	}
	close(lock);
	return err < 0 ? err : 0;
}

static int length_check(const char *state)
{
	size_t len = strlen(state);
	char *cwd = NULL;

	if (*state != '/') {
		cwd = getcwd(NULL, 0);
		if (!cwd)
			return error_sys(-errno, "cannot use %.64s", state);
		len += strlen(cwd) + 1;
		free(cwd);
	}
	if (len > STATE_PATH_MAX)
		return error_set(
			-ENAMETOOLONG,
			"state directory %.64s...: its path of %zu bytes is over %d",
			state, len, STATE_PATH_MAX);
	return 0;
}

int state_init_check(const char *state)
{
	char parent[PATH_MAX];
	struct stat st;
	int err = length_check(state);

	if (err || is_default(state) || !stat(state, &st))
		return err;
	path_parent(parent, state);
	if (stat(parent, &st) && errno == ENOENT)
		return error_set(-ENOENT,
				 "there is no directory %s to create %s in",
				 parent, state);
	return 0;
}

int state_init(const char *state, FILE *out)
{
	static const char *const dirs[] = {"maps", "servers"};
	size_t i;
	int err;

	err = state_init_check(state);
	if (!err)
		err = make_parents(state);
	if (!err)
		err = make_dir(state);
	for (i = 0; i < 2 && !err; i++)
		err = make_folder(state, dirs[i]);
	if (err)
		return err;
	err = make_lock(state);
	return err ? err : make_live(state, out);
}
