// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "registry.h"
#include "socket_stats.h"
#include "state.h"

/*
 * A file is one line: "PID SINCE RELEASE ADDRESSES". RELEASE has a fixed width,
 * so that saying another one never leaves a half-written line.
 */
enum {
	REGISTRY_LINE = 512,
	REGISTRY_TRIES = 64, /* process ids are equal across containers */
};

struct registry {
	int fd;
	int64_t since;
	char listen[256];
	char path[PATH_MAX];
};

static bool registry_same_file(int fd, const char *path)
{
	struct stat mine, there;

	return !fstat(fd, &mine) && !stat(path, &there) &&
	       mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

/* Open and lock a path: 0, -EWOULDBLOCK if another server has it, or -errno. */
static int registry_lock(struct registry *registry)
{
	const char *path = registry->path;
	int err = 0;

	registry->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (registry->fd < 0)
		return -errno;
	if (flock(registry->fd, LOCK_EX | LOCK_NB))
		err = -errno;
	else if (!registry_same_file(registry->fd, path))
		err = -EWOULDBLOCK;
	if (!err)
		return 0;
	close(registry->fd);
	registry->fd = -1;
	return err;
}

static void registry_forget(int dir, const char *name)
{
	char counters[NAME_MAX + sizeof(SOCKET_STATS_SUFFIX)];

	snprintf(counters, sizeof(counters), "%s" SOCKET_STATS_SUFFIX, name);
	unlinkat(dir, counters, 0);
	unlinkat(dir, name, 0);
}

/* Remove what servers left that could not do it themselves. Best effort. */
static void registry_clean(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int fd;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		fd = openat(dirfd(dir), entry->d_name,
			    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (fd < 0)
			continue;
		if (!flock(fd, LOCK_EX | LOCK_NB))
			registry_forget(dirfd(dir), entry->d_name);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

static int registry_open(struct registry *registry, const char *state)
{
	char name[64];
	int err = -EWOULDBLOCK, i;

	state_path(registry->path, state, "servers");
	if (mkdir(registry->path, 0755) && errno != EEXIST)
		return error_sys(-errno, "cannot create %s", registry->path);
	registry_clean(registry->path);
	for (i = 0; i < REGISTRY_TRIES && err == -EWOULDBLOCK; i++) {
		snprintf(name, sizeof(name), i ? "servers/%d.%d" : "servers/%d",
			 (int)getpid(), i);
		state_path(registry->path, state, name);
		err = registry_lock(registry);
	}
	if (err)
		return error_sys(err, "cannot write %s", registry->path);
	return 0;
}

static int registry_write(const struct registry *registry, uint64_t release)
{
	char line[REGISTRY_LINE];
	int len;

	len = snprintf(line, sizeof(line), "%d %" PRId64 " %020" PRIu64 " %s\n",
		       (int)getpid(), registry->since, release,
		       registry->listen);
	if (pwrite(registry->fd, line, len, 0) != len ||
	    ftruncate(registry->fd, len))
		return error_sys(errno ? -errno : -ENOSPC, "cannot write %s",
				 registry->path);
	return 0;
}

int registry_add(struct registry **result, const char *state,
		 const char *listen)
{
	struct registry *registry = calloc(1, sizeof(*registry));
	int err;

	if (!registry)
		return error_sys(-ENOMEM, "cannot list this server");
	registry->fd = -1;
	registry->since = time(NULL);
	snprintf(registry->listen, sizeof(registry->listen), "%s", listen);
	err = registry_open(registry, state);
	if (!err)
		err = registry_write(registry, 0);
	if (err) {
		registry_remove(registry);
		return err;
	}
	*result = registry;
	return 0;
}

void registry_release(struct registry *registry, uint64_t release)
{
	if (registry)
		registry_write(registry, release);
}

const char *registry_path(const struct registry *registry)
{
	return registry->path;
}

void registry_remove(struct registry *registry)
{
	if (!registry)
		return;
	if (registry->fd >= 0) {
		unlink(registry->path);
		close(registry->fd);
	}
	free(registry);
}

static int registry_parse(struct registry_server *server, char *line)
{
	char *end;

	memset(server, 0, sizeof(*server));
	line[strcspn(line, "\n")] = '\0';
	server->pid = strtol(line, &end, 10);
	if (*end != ' ' || server->pid <= 0)
		return -EBADMSG;
	server->since = strtoll(end, &end, 10);
	if (*end != ' ')
		return -EBADMSG;
	server->release = strtoull(end, &end, 10);
	if (*end != ' ')
		return -EBADMSG;
	snprintf(server->listen, sizeof(server->listen), "%s", end + 1);
	return 0;
}

/* 1 with a running server, 0 if the file stands for none. */
static int registry_read(struct registry_server *server, int dir,
			 const char *name)
{
	int fd = openat(dir, name,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char line[REGISTRY_LINE + 1];
	ssize_t len = -1;

	if (fd < 0)
		return 0;
	if (flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK)
		len = read(fd, line, REGISTRY_LINE);
	close(fd);
	if (len <= 0)
		return 0;
	line[len] = '\0';
	if (registry_parse(server, line) ||
	    strlen(name) >= sizeof(server->name))
		return 0;
	strcpy(server->name, name);
	return 1;
}

bool registry_runs(const char *state, const char *name)
{
	struct registry_server server;
	char path[PATH_MAX];
	int dir, found;

	state_path(path, state, "servers");
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return false;
	found = registry_read(&server, dir, name);
	close(dir);
	return found;
}

int registry_each(const char *state,
		  int (*fn)(const struct registry_server *server, void *arg),
		  void *arg)
{
	struct registry_server server;
	char path[PATH_MAX];
	struct dirent *entry;
	int result = 0;
	DIR *dir;

	state_path(path, state, "servers");
	dir = opendir(path);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return error_sys(-errno, "cannot read %s", path);
	while (!result && (entry = readdir(dir)))
		if (*entry->d_name != '.' &&
		    registry_read(&server, dirfd(dir), entry->d_name))
			result = fn(&server, arg);
	closedir(dir);
	return result;
}
