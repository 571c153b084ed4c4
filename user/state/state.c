// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "path.h"
#include "state.h"

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

int state_lock_fail(int err, const char *state, const char *path)
{
	char user[80] = "", group[80] = "";
	const struct passwd *owner;
	const struct group *owners;
	struct stat st;

	if ((err != -EACCES && err != -EPERM) || stat(state, &st))
		return error_sys(err, "cannot open %s", path);
	owner = getpwuid(st.st_uid);
	owners = st.st_mode & S_IWGRP ? getgrgid(st.st_gid) : NULL;
	if (st.st_uid && owner)
		snprintf(user, sizeof(user), ", %.64s", owner->pw_name);
	else if (st.st_uid)
		snprintf(user, sizeof(user), ", user %u", st.st_uid);
	if (owners)
		snprintf(group, sizeof(group), ", group %.64s",
			 owners->gr_name);
	else if (st.st_mode & S_IWGRP)
		snprintf(group, sizeof(group), ", group %u", st.st_gid);
	return error_set(err, "cannot open %s: who may change %s: root%s%s",
			 path, state, user, group);
}

/* The lock file, created if need be; O_RDWR tells a read-only file system from
 * one where the change could be made. */
static int lock_open(const char *state)
{
	char path[PATH_MAX];
	int fd;

	state_path(path, state, "lock");
	fd = file_open(path, O_RDWR | O_CREAT);
	return fd < 0 ? state_lock_fail(fd, state, path) : fd;
}

/* Wait for the lock, and close the file if that fails. */
static int lock_wait(int fd, const char *state, FILE *out)
{
	int err = 0;

	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	if (errno == EWOULDBLOCK && isatty(fileno(out)))
		fprintf(out, "waiting for another detour command\n");
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		err = error_sys(-errno, "cannot lock %s/lock", state);
		close(fd);
		return err;
	}
	return fd;
}

int state_lock_last(const char *state, FILE *out)
{
	int fd = lock_open(state);

	return fd < 0 ? fd : lock_wait(fd, state, out);
}

/* A lock of the other kind says so while it waits: it is gone if it is killed.
 * Where a file system has none, it waits as others do. */
int state_lock(const char *state, FILE *out)
{
	struct flock waits = {.l_type = F_RDLCK, .l_len = 1};
	int fd = lock_open(state);

	if (fd < 0)
		return fd;
	fcntl(fd, F_OFD_SETLK, &waits);
	fd = lock_wait(fd, state, out);
	waits.l_type = F_UNLCK;
	if (fd >= 0)
		fcntl(fd, F_OFD_SETLK, &waits);
	return fd;
}

bool state_lock_wanted(int lock)
{
	struct flock waits = {.l_type = F_WRLCK, .l_len = 1};

	return !fcntl(lock, F_OFD_GETLK, &waits) && waits.l_type != F_UNLCK;
}

int state_maps_check(const char *state)
{
	char path[PATH_MAX];
	struct dirent *entry;
	bool found = false;
	const char *end;
	DIR *dir;

	state_path(path, state, "maps");
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		end = strrchr(entry->d_name, '.');
		found = end && !strcmp(end, ".map");
	}
	if (dir)
		closedir(dir);
	if (!found)
		return 0;
	return error_set(
		-ENOENT,
		"%s has maps, but live and detour.db are lost" STORE_HINT,
		state);
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
