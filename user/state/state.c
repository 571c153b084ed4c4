// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "live_file.h"
#include "path.h"
#include "state.h"

/* SQLite has no room for more, "/detour.db-journal" included, whether or not
 * the path was given from the root. */
enum { STATE_PATH_MAX = 512 - 18 };

const char *state_default(void)
{
	static char path[PATH_MAX];
	const char *base = getenv("DETOUR_STATE");
	int len;

	if (base && *base)
		return base;
	if (!geteuid())
		return "/var/lib/detour";
	base = getenv("XDG_STATE_HOME");
	if (base && *base == '/') {
		len = snprintf(path, sizeof(path), "%s/detour", base);
	} else {
		base = getenv("HOME");
		if (!base || !*base)
			return NULL;
		len = snprintf(path, sizeof(path), "%s/.local/state/detour",
			       base);
	}
	return len < (int)sizeof(path) ? path : NULL;
}

void state_path(char *path, const char *state, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	path_vjoin(path, state, name, args);
	va_end(args);
}

void state_map_path(char *path, const char *state, const char *map)
{
	state_path(path, state, "maps/%s", map);
}

int state_sync(const char *dir)
{
	int fd, err = 0;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_sys(-errno, "cannot open %s", dir);
	if (fsync(fd))
		err = error_sys(-errno, "cannot sync %s", dir);
	close(fd);
	return err;
}

/* Sync the directory that a path is in. */
static int sync_parent(const char *path)
{
	char parent[PATH_MAX];

	path_parent(parent, path);
	return state_sync(parent);
}

static int make_dir(const char *path)
{
	struct stat st;

	if (!mkdir(path, 0755))
		return chmod(path, 0755)
			       ? error_sys(-errno, "cannot use %s", path)
			       : sync_parent(path);
	if (errno != EEXIST)
		return error_sys(-errno, "cannot create %s", path);
	if (stat(path, &st))
		return error_sys(-errno, "cannot use %s", path);
	if (!S_ISDIR(st.st_mode))
		return error_sys(-ENOTDIR, "cannot use %s", path);
	return 0;
}

/* One inside the state directory. */
static int make_folder(const char *state, const char *name)
{
	char path[PATH_MAX];
	int err;

	state_path(path, state, "%s", name);
	err = file_folder(path);
	if (err < 0)
		return error_sys(err, "cannot create %s", path);
	return err ? state_sync(state) : make_dir(path);
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

/* The lock file, created if need be; O_RDWR tells a read-only file system from
 * one where the change could be made. */
static int lock_open(const char *state, int mode)
{
	char path[PATH_MAX];
	int fd;

	state_path(path, state, "lock");
	fd = file_open(path, mode | O_CREAT);
	return fd < 0 ? error_sys(fd, "cannot open %s", path) : fd;
}

int state_lock(const char *state)
{
	int fd = lock_open(state, O_RDWR), err = 0;

	if (fd < 0)
		return fd;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	if (errno == EWOULDBLOCK && isatty(STDERR_FILENO))
		fprintf(stderr, "waiting for another detour command\n");
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		err = error_sys(-errno, "cannot lock %s/lock", state);
		close(fd);
		return err;
	}
	return fd;
}

/* The store is looked for under the lock: an import that runs now has made
 * live before its store. */
static int make_live(const char *state)
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
	lock = state_lock(state);
	if (lock < 0)
		return lock;
	err = 0;
	if (live_file_read(state, &live) == -ENOENT && access(db, F_OK))
		err = live_file_write(state, &none);
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

int state_find(const char *state)
{
	struct stat st;

	if (stat(state, &st))
		return errno == ENOENT
			       ? error_set(-ENOENT,
					   "there is no state directory %s",
					   state)
			       : error_sys(-errno, "cannot use %s", state);
	if (!S_ISDIR(st.st_mode))
		return error_sys(-ENOTDIR, "cannot use %s", state);
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

int state_init(const char *state)
{
	static const char *const dirs[] = {"maps", "servers"};
	size_t i;
	int err, fd;

	err = state_init_check(state);
	if (!err)
		err = make_parents(state);
	if (!err)
		err = make_dir(state);
	for (i = 0; i < 2 && !err; i++)
		err = make_folder(state, dirs[i]);
	if (err)
		return err;
	fd = lock_open(state, O_RDONLY);
	if (fd < 0)
		return fd;
	close(fd);
	return make_live(state);
}
