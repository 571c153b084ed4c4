// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "announcement.h"
#include "error.h"
#include "file.h"
#include "map.h"
#include "server_list_ended.h"
#include "state.h"

enum {
	ANNOUNCEMENT_TRIES = 64, /* process ids are equal across containers */
};

/* Of more addresses than there is room for, those that fit: a part of one would
 * be another, or one of the other scheme. */
static void listen_copy(char dst[SERVER_LIST_LISTEN], const char *listen)
{
	static const char more[] = " ...";
	size_t len = strlen(listen);

	if (len < SERVER_LIST_LISTEN) {
		memcpy(dst, listen, len + 1);
		return;
	}
	len = SERVER_LIST_LISTEN - sizeof(more);
	while (len && listen[len] != ' ')
		len--;
	memcpy(dst, listen, len);
	memcpy(dst + len, more, sizeof(more));
}

int announcement_init(struct announcement *own, const char *state,
		      const char *listen)
{
	own->state = strdup(state);
	if (!own->state)
		return -ENOMEM;
	own->fd = own->dir = -1;
	own->pid = getpid();
	own->since = time(NULL);
	own->block.magic = SERVER_LIST_MAGIC;
	while (!own->block.id &&
	       getrandom(&own->block.id, sizeof(own->block.id), 0) < 0)
		own->block.id = own->since << 20 ^ getpid();
	listen_copy(own->listen, listen);
	return 0;
}

static bool same_file(int fd, const char *path)
{
	struct stat mine, there;

	return !fstat(fd, &mine) && !stat(path, &there) &&
	       mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

/* Open and lock a path: 0, -EWOULDBLOCK if another server has it, or had it and
 * is not added to the others yet, or -errno. */
static int own_lock(struct announcement *own)
{
	const char *path = own->path;
	struct server_list_block block;
	int err = 0;

	own->fd = file_open(path, O_RDWR | O_CREAT);
	if (own->fd < 0)
		return own->fd;
	if (flock(own->fd, LOCK_EX | LOCK_NB))
		err = -errno;
	else if (!same_file(own->fd, path) ||
		 server_list_block_read(own->fd, &block))
		err = -EWOULDBLOCK;
	if (!err)
		return 0;
	close(own->fd);
	own->fd = -1;
	return err;
}

static int own_folder(struct announcement *own)
{
	char path[PATH_MAX];
	int err;

	state_path(path, own->state, "servers");
	err = file_folder(path);
	if (err < 0)
		return error_sys(err, "cannot create %s", path);
	own->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (own->dir < 0)
		return error_sys(-errno, "cannot open %s", path);
	return 0;
}

static int own_open(struct announcement *own)
{
	int err = -EWOULDBLOCK, i;

	for (i = 0; i < ANNOUNCEMENT_TRIES && err == -EWOULDBLOCK; i++) {
		snprintf(own->name, sizeof(own->name), i ? "%d.%d" : "%d",
			 (int)own->pid, i);
		state_path(own->path, own->state, "servers/%s", own->name);
		err = own_lock(own);
	}
	if (err)
		return error_sys(err, "cannot write %s", own->path);
	return 0;
}

static int own_write(const struct announcement *own)
{
	char text[SERVER_LIST_TEXT] = "";

	snprintf(text, sizeof(text),
		 "%d %" PRId64 " %020" PRIu64 " %s\nlayout %d %d\n",
		 (int)own->pid, own->since, own->release, own->listen,
		 MAP_VERSION_MIN, MAP_VERSION);
	if (pwrite(own->fd, text, sizeof(text), 0) != sizeof(text))
		return error_sys(errno ? -errno : -ENOSPC, "cannot write %s",
				 own->path);
	return 0;
}

int announcement_fill(const struct announcement *own)
{
	const struct server_list_block *block = &own->block;

	if (pwrite(own->fd, block, sizeof(*block), SERVER_LIST_TEXT) !=
	    sizeof(*block))
		return error_sys(errno ? -errno : -ENOSPC, "cannot write %s",
				 own->path);
	return own_write(own);
}

void announcement_leave(struct announcement *own)
{
	if (own->fd >= 0) {
		server_list_forget(own->dir, own->name);
		close(own->fd);
	}
	if (own->dir >= 0)
		close(own->dir);
	own->fd = own->dir = -1;
}

static int own_enter(struct announcement *own)
{
	int err;

	announcement_leave(own);
	err = own_folder(own);
	if (err)
		return err;
	/* A copy of the directory has copies of announcements, too. */
	server_list_fold(own->state, own->block.id, own->again ? own->pid : 0);
	return own_open(own);
}

/* Whether what was announced is where the path leads to, for all that this user
 * may see: a directory that it may no longer enter is the same one. */
static bool own_stays(const struct announcement *own)
{
	struct stat there;

	if (own->fd < 0)
		return false;
	if (same_file(own->fd, own->path))
		return true;
	return stat(own->path, &there) && errno != ENOENT && errno != ENOTDIR;
}

int announcement_look(struct announcement *own)
{
	int err;

	if (own_stays(own))
		return 0;
	err = own_enter(own);
	if (err)
		announcement_leave(own);
	own->again = true;
	return err ? err : 1;
}

void announcement_release(struct announcement *own, uint64_t release)
{
	own->release = release;
	if (own->fd >= 0)
		own_write(own);
}

void announcement_counters(struct announcement *own, const uint64_t *value,
			   unsigned int count)
{
	size_t head = offsetof(struct server_list_block, value);
	struct server_list_block *block = &own->block;

	block->count =
		count < SERVER_LIST_COUNTERS ? count : SERVER_LIST_COUNTERS;
	memcpy(block->value, value, block->count * sizeof(*value));
	if (own->fd >= 0)
		(void)!pwrite(own->fd, block,
			      head + block->count * sizeof(*value),
			      SERVER_LIST_TEXT);
}

void announcement_close(struct announcement *own)
{
	if (own->fd >= 0)
		close(own->fd);
	own->fd = -1;
}

void announcement_free(struct announcement *own)
{
	announcement_close(own);
	if (own->dir >= 0)
		close(own->dir);
	free(own->state);
}
