// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "map.h"
#include "server_list.h"
#include "server_list_ended.h"
#include "server_list_file.h"
#include "server_list_keeper.h"
#include "state.h"

enum {
	REGISTRY_TRIES = 64, /* process ids are equal across containers */
};

static bool registry_same_file(int fd, const char *path)
{
	struct stat mine, there;

	return !fstat(fd, &mine) && !stat(path, &there) &&
	       mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

/* Open and lock a path: 0, -EWOULDBLOCK if another server has it, or had it and
 * is not added to the others yet, or -errno. */
static int registry_lock(struct registry *registry)
{
	const char *path = registry->path;
	struct registry_block block;
	int err = 0;

	registry->fd = file_open(path, O_RDWR | O_CREAT);
	if (registry->fd < 0)
		return registry->fd;
	if (flock(registry->fd, LOCK_EX | LOCK_NB))
		err = -errno;
	else if (!registry_same_file(registry->fd, path) ||
		 registry_block_read(registry->fd, &block))
		err = -EWOULDBLOCK;
	if (!err)
		return 0;
	close(registry->fd);
	registry->fd = -1;
	return err;
}

static int registry_folder(struct registry *registry)
{
	char path[PATH_MAX];
	int err;

	state_path(path, registry->state, "servers");
	err = file_folder(path);
	if (err < 0)
		return error_sys(err, "cannot create %s", path);
	registry->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (registry->dir < 0)
		return error_sys(-errno, "cannot open %s", path);
	return 0;
}

static int registry_open(struct registry *registry)
{
	int err = -EWOULDBLOCK, i;

	for (i = 0; i < REGISTRY_TRIES && err == -EWOULDBLOCK; i++) {
		snprintf(registry->name, sizeof(registry->name),
			 i ? "%d.%d" : "%d", (int)registry->pid, i);
		state_path(registry->path, registry->state, "servers/%s",
			   registry->name);
		err = registry_lock(registry);
	}
	if (err)
		return error_sys(err, "cannot write %s", registry->path);
	return 0;
}

static int registry_write(const struct registry *registry)
{
	char text[REGISTRY_TEXT] = "";

	snprintf(text, sizeof(text),
		 "%d %" PRId64 " %020" PRIu64 " %s\nlayout %d %d\n",
		 (int)registry->pid, registry->since, registry->release,
		 registry->listen, MAP_VERSION, MAP_VERSION);
	if (pwrite(registry->fd, text, sizeof(text), 0) != sizeof(text))
		return error_sys(errno ? -errno : -ENOSPC, "cannot write %s",
				 registry->path);
	return 0;
}

/* All of it, so that the disk has room for it from then on. */
static int registry_fill(const struct registry *registry)
{
	const struct registry_block *block = &registry->block;

	if (pwrite(registry->fd, block, sizeof(*block), REGISTRY_TEXT) !=
	    sizeof(*block))
		return error_sys(errno ? -errno : -ENOSPC, "cannot write %s",
				 registry->path);
	return registry_write(registry);
}

int registry_new(struct registry **result, const char *state,
		 const char *listen)
{
	struct registry *registry = calloc(1, sizeof(*registry));

	if (registry)
		registry->state = strdup(state);
	if (!registry || !registry->state) {
		free(registry);
		return error_sys(-ENOMEM, "cannot list this server");
	}
	pthread_mutex_init(&registry->lock, NULL);
	registry->fd = registry->dir = registry->keeper = registry->socket = -1;
	registry->pid = getpid();
	registry->since = time(NULL);
	registry->block.magic = REGISTRY_MAGIC;
	while (!registry->block.id &&
	       getrandom(&registry->block.id, sizeof(registry->block.id), 0) <
		       0)
		registry->block.id = registry->since << 20 ^ getpid();
	snprintf(registry->listen, sizeof(registry->listen), "%s", listen);
	*result = registry;
	return 0;
}

void registry_leave(struct registry *registry)
{
	if (registry->fd >= 0) {
		registry_forget(registry->dir, registry->name);
		close(registry->fd);
	}
	if (registry->dir >= 0)
		close(registry->dir);
	registry->fd = registry->dir = -1;
}

static int registry_enter(struct registry *registry)
{
	int err;

	registry_leave(registry);
	err = registry_folder(registry);
	if (err)
		return err;
	/* A copy of the directory has copies of announcements, too. */
	registry_fold(registry->state, registry->block.id,
		      registry->again ? registry->pid : 0);
	return registry_open(registry);
}

/* Whether what was announced is where the path leads to, for all that this user
 * may see: a directory that it may no longer enter is the same one. */
static bool registry_stays(const struct registry *registry)
{
	struct stat there;

	if (registry->fd < 0)
		return false;
	if (registry_same_file(registry->fd, registry->path))
		return true;
	return stat(registry->path, &there) && errno != ENOENT &&
	       errno != ENOTDIR;
}

int registry_look(struct registry *registry)
{
	int err;

	if (registry_stays(registry))
		return 0;
	err = registry_enter(registry);
	if (err)
		registry_leave(registry);
	registry->again = true;
	return err ? err : 1;
}

int registry_check(struct registry *registry)
{
	int err;

	pthread_mutex_lock(&registry->lock);
	err = registry_keeper_look(registry);
	if (err == -EPIPE)
		err = registry_look(registry);
	if (err > 0) {
		err = registry_fill(registry);
		if (err)
			registry_leave(registry);
		else
			err = 1;
	}
	pthread_mutex_unlock(&registry->lock);
	if (err < 0 && err == registry->told)
		return 0;
	registry->told = err < 0 ? err : 0;
	return err;
}

void registry_release(struct registry *registry, uint64_t release)
{
	registry->release = release;
	pthread_mutex_lock(&registry->lock);
	if (registry->fd >= 0)
		registry_write(registry);
	pthread_mutex_unlock(&registry->lock);
}

void registry_counters(struct registry *registry, const uint64_t *value,
		       unsigned int count)
{
	size_t head = offsetof(struct registry_block, value);
	struct registry_block *block;

	if (!registry)
		return;
	block = &registry->block;
	pthread_mutex_lock(&registry->lock);
	block->count = count < REGISTRY_COUNTERS ? count : REGISTRY_COUNTERS;
	memcpy(block->value, value, block->count * sizeof(*value));
	if (registry->fd >= 0)
		(void)!pwrite(registry->fd, block,
			      head + block->count * sizeof(*value),
			      REGISTRY_TEXT);
	pthread_mutex_unlock(&registry->lock);
}

const char *registry_path(const struct registry *registry)
{
	return registry->fd >= 0 ? registry->path : NULL;
}

void registry_remove(struct registry *registry)
{
	if (!registry)
		return;
	if (registry->fd >= 0) {
		close(registry->fd);
		if (registry_keeper_fold(registry))
			registry_fold(registry->state, 0, 0);
	}
	if (registry->keeper >= 0)
		close(registry->keeper);
	if (registry->socket >= 0)
		close(registry->socket);
	if (registry->dir >= 0)
		close(registry->dir);
	pthread_mutex_destroy(&registry->lock);
	free(registry->state);
	free(registry);
}
