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
	SERVER_LIST_TRIES = 64, /* process ids are equal across containers */
};

static bool server_list_same_file(int fd, const char *path)
{
	struct stat mine, there;

	return !fstat(fd, &mine) && !stat(path, &there) &&
	       mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

/* Open and lock a path: 0, -EWOULDBLOCK if another server has it, or had it and
 * is not added to the others yet, or -errno. */
static int server_list_lock(struct server_list *list)
{
	const char *path = list->path;
	struct server_list_block block;
	int err = 0;

	list->fd = file_open(path, O_RDWR | O_CREAT);
	if (list->fd < 0)
		return list->fd;
	if (flock(list->fd, LOCK_EX | LOCK_NB))
		err = -errno;
	else if (!server_list_same_file(list->fd, path) ||
		 server_list_block_read(list->fd, &block))
		err = -EWOULDBLOCK;
	if (!err)
		return 0;
	close(list->fd);
	list->fd = -1;
	return err;
}

static int server_list_folder(struct server_list *list)
{
	char path[PATH_MAX];
	int err;

	state_path(path, list->state, "servers");
	err = file_folder(path);
	if (err < 0)
		return error_sys(err, "cannot create %s", path);
	list->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (list->dir < 0)
		return error_sys(-errno, "cannot open %s", path);
	return 0;
}

static int server_list_open(struct server_list *list)
{
	int err = -EWOULDBLOCK, i;

	for (i = 0; i < SERVER_LIST_TRIES && err == -EWOULDBLOCK; i++) {
		snprintf(list->name, sizeof(list->name), i ? "%d.%d" : "%d",
			 (int)list->pid, i);
		state_path(list->path, list->state, "servers/%s", list->name);
		err = server_list_lock(list);
	}
	if (err)
		return error_sys(err, "cannot write %s", list->path);
	return 0;
}

static int server_list_write(const struct server_list *list)
{
	char text[SERVER_LIST_TEXT] = "";

	snprintf(text, sizeof(text),
		 "%d %" PRId64 " %020" PRIu64 " %s\nlayout %d %d\n",
		 (int)list->pid, list->since, list->release, list->listen,
		 MAP_VERSION, MAP_VERSION);
	if (pwrite(list->fd, text, sizeof(text), 0) != sizeof(text))
		return error_sys(errno ? -errno : -ENOSPC, "cannot write %s",
				 list->path);
	return 0;
}

/* All of it, so that the disk has room for it from then on. */
static int server_list_fill(const struct server_list *list)
{
	const struct server_list_block *block = &list->block;

	if (pwrite(list->fd, block, sizeof(*block), SERVER_LIST_TEXT) !=
	    sizeof(*block))
		return error_sys(errno ? -errno : -ENOSPC, "cannot write %s",
				 list->path);
	return server_list_write(list);
}

int server_list_new(struct server_list **result, const char *state,
		    const char *listen)
{
	struct server_list *list = calloc(1, sizeof(*list));

	if (list)
		list->state = strdup(state);
	if (!list || !list->state) {
		free(list);
		return error_sys(-ENOMEM, "cannot list this server");
	}
	pthread_mutex_init(&list->lock, NULL);
	list->fd = list->dir = list->keeper = list->socket = -1;
	list->pid = getpid();
	list->since = time(NULL);
	list->block.magic = SERVER_LIST_MAGIC;
	while (!list->block.id &&
	       getrandom(&list->block.id, sizeof(list->block.id), 0) < 0)
		list->block.id = list->since << 20 ^ getpid();
	snprintf(list->listen, sizeof(list->listen), "%s", listen);
	*result = list;
	return 0;
}

void server_list_leave(struct server_list *list)
{
	if (list->fd >= 0) {
		server_list_forget(list->dir, list->name);
		close(list->fd);
	}
	if (list->dir >= 0)
		close(list->dir);
	list->fd = list->dir = -1;
}

static int server_list_enter(struct server_list *list)
{
	int err;

	server_list_leave(list);
	err = server_list_folder(list);
	if (err)
		return err;
	/* A copy of the directory has copies of announcements, too. */
	server_list_fold(list->state, list->block.id,
			 list->again ? list->pid : 0);
	return server_list_open(list);
}

/* Whether what was announced is where the path leads to, for all that this user
 * may see: a directory that it may no longer enter is the same one. */
static bool server_list_stays(const struct server_list *list)
{
	struct stat there;

	if (list->fd < 0)
		return false;
	if (server_list_same_file(list->fd, list->path))
		return true;
	return stat(list->path, &there) && errno != ENOENT && errno != ENOTDIR;
}

int server_list_look(struct server_list *list)
{
	int err;

	if (server_list_stays(list))
		return 0;
	err = server_list_enter(list);
	if (err)
		server_list_leave(list);
	list->again = true;
	return err ? err : 1;
}

int server_list_check(struct server_list *list)
{
	int err;

	pthread_mutex_lock(&list->lock);
	err = server_list_keeper_look(list);
	if (err == -EPIPE)
		err = server_list_look(list);
	if (err > 0) {
		err = server_list_fill(list);
		if (err)
			server_list_leave(list);
		else
			err = 1;
	}
	pthread_mutex_unlock(&list->lock);
	if (err < 0 && err == list->told)
		return 0;
	list->told = err < 0 ? err : 0;
	return err;
}

void server_list_release(struct server_list *list, uint64_t release)
{
	list->release = release;
	pthread_mutex_lock(&list->lock);
	if (list->fd >= 0)
		server_list_write(list);
	pthread_mutex_unlock(&list->lock);
}

void server_list_counters(struct server_list *list, const uint64_t *value,
			  unsigned int count)
{
	size_t head = offsetof(struct server_list_block, value);
	struct server_list_block *block;

	if (!list)
		return;
	block = &list->block;
	pthread_mutex_lock(&list->lock);
	block->count =
		count < SERVER_LIST_COUNTERS ? count : SERVER_LIST_COUNTERS;
	memcpy(block->value, value, block->count * sizeof(*value));
	if (list->fd >= 0)
		(void)!pwrite(list->fd, block,
			      head + block->count * sizeof(*value),
			      SERVER_LIST_TEXT);
	pthread_mutex_unlock(&list->lock);
}

const char *server_list_path(const struct server_list *list)
{
	return list->fd >= 0 ? list->path : NULL;
}

void server_list_remove(struct server_list *list)
{
	if (!list)
		return;
	if (list->fd >= 0) {
		close(list->fd);
		if (server_list_keeper_fold(list))
			server_list_fold(list->state, 0, 0);
	}
	if (list->keeper >= 0)
		close(list->keeper);
	if (list->socket >= 0)
		close(list->socket);
	if (list->dir >= 0)
		close(list->dir);
	pthread_mutex_destroy(&list->lock);
	free(list->state);
	free(list);
}
