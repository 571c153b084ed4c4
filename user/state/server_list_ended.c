// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

#include "file.h"
#include "server_list_ended.h"
#include "server_list_file.h"
#include "server_socket.h"
#include "state.h"

enum {
	ENDED_RUNS = 64,    /* that are added in one go */
	ENDED_TRIES = 200,  /* for the folder's lock, ... */
	ENDED_PAUSE = 10000 /* ... so many us apart */
};

/*
 * The sum, in one file that is replaced as a whole. It names the runs that were
 * added last: if their files are still there, whoever added them was killed
 * before he could remove them.
 */
struct ended {
	uint32_t magic;
	uint32_t crc; /* of what follows */
	uint64_t run[ENDED_RUNS];
	uint64_t value[SERVER_LIST_COUNTERS];
};

struct fold {
	struct ended old, sum;
	unsigned int runs;	   /* of sum.run */
	int fd[ENDED_RUNS];	   /* locked, so that nobody takes them over */
	char name[ENDED_RUNS][64]; /* of their files */
	uint64_t id;
	pid_t spare;
};

static uint32_t ended_crc(const struct ended *ended)
{
	return crc32_z(0, (const void *)ended->run,
		       sizeof(*ended) - offsetof(struct ended, run));
}

static void ended_read(struct ended *ended, const char *state)
{
	char path[PATH_MAX];
	ssize_t len = -1;
	int fd;

	state_path(path, state, "counters");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0) {
		len = read(fd, ended, sizeof(*ended));
		close(fd);
	}
	if (len != sizeof(*ended) || ended->magic != SERVER_LIST_MAGIC ||
	    ended->crc != ended_crc(ended))
		memset(ended, 0, sizeof(*ended));
}

static int ended_write(struct ended *ended, const char *state)
{
	char path[PATH_MAX], tmp[PATH_MAX];
	int fd, err = 0;

	ended->magic = SERVER_LIST_MAGIC;
	ended->crc = ended_crc(ended);
	state_path(path, state, "counters");
	state_path(tmp, state, "counters" STATE_TMP);
	unlink(tmp);
	fd = file_open(tmp, O_WRONLY | O_CREAT | O_EXCL);
	if (fd < 0)
		return fd;
	if (write(fd, ended, sizeof(*ended)) != sizeof(*ended) || fsync(fd))
		err = -EIO;
	close(fd);
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	return err;
}

static bool ended_has(const struct ended *ended, uint64_t run)
{
	int i;

	for (i = 0; i < ENDED_RUNS; i++)
		if (run && ended->run[i] == run)
			return true;
	return false;
}

static void block_add(uint64_t value[SERVER_LIST_COUNTERS],
		      const struct server_list_block *block)
{
	uint32_t i;

	for (i = 0; i < block->count; i++)
		value[i] += block->value[i];
}

/* The folder, locked: who adds up is alone, who only reads is not. */
static int folder_lock(const char *state, int how)
{
	char path[PATH_MAX];
	int dir, tries;

	state_path(path, state, "servers");
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (tries = 0; dir >= 0 && tries < ENDED_TRIES; tries++) {
		if (!flock(dir, how | LOCK_NB))
			return dir;
		usleep(ENDED_PAUSE);
	}
	if (dir >= 0)
		close(dir);
	return -1;
}

int server_list_hold(const char *state)
{
	return folder_lock(state, LOCK_SH);
}

/* Open what a server that has ended left; the lock is the caller's. */
static int stale_open(int dir, const char *name, int how)
{
	int fd;

	if (*name == '.' || strlen(name) >= 64 || server_socket_named(name))
		return -1;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || !flock(fd, how | LOCK_NB))
		return fd;
	close(fd);
	return -1;
}

static bool another_runs(const char *name, pid_t but)
{
	long pid = strtol(name, NULL, 10);

	return pid > 0 && pid != but && (!kill(pid, 0) || errno != ESRCH);
}

/* One file: what is to be removed behind the sum stays open in fold. */
static void fold_take(struct fold *fold, int dir, const char *name)
{
	struct server_list_block block;
	int fd = stale_open(dir, name, LOCK_EX);

	if (fd < 0)
		return;
	if (!server_list_block_read(fd, &block) || block.id == fold->id) {
		server_list_forget(dir, name);
	} else if (!fold->spare || !another_runs(name, fold->spare)) {
		if (!ended_has(&fold->old, block.id))
			block_add(fold->sum.value, &block);
		fold->sum.run[fold->runs] = block.id;
		fold->fd[fold->runs] = fd;
		strcpy(fold->name[fold->runs++], name);
		return;
	}
	close(fd);
}

static void fold_folder(struct fold *fold, int dir)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;

	if (!folder && copy >= 0)
		close(copy);
	while (folder && fold->runs < ENDED_RUNS && (entry = readdir(folder)))
		fold_take(fold, dir, entry->d_name);
	if (folder)
		closedir(folder);
}

void server_list_fold(const char *state, uint64_t id, pid_t spare)
{
	struct fold *fold = calloc(1, sizeof(*fold));
	int dir = fold ? folder_lock(state, LOCK_EX) : -1;
	bool done;

	if (dir < 0) {
		free(fold);
		return;
	}
	fold->id = id;
	fold->spare = spare;
	ended_read(&fold->old, state);
	memcpy(fold->sum.value, fold->old.value, sizeof(fold->sum.value));
	fold_folder(fold, dir);
	done = fold->runs && !ended_write(&fold->sum, state);
	while (fold->runs--) {
		if (done)
			server_list_forget(dir, fold->name[fold->runs]);
		close(fold->fd[fold->runs]);
	}
	close(dir);
	free(fold);
}

bool server_list_last(const char *state, const char *name,
		      uint64_t value[SERVER_LIST_COUNTERS])
{
	struct server_list_block block;
	char path[PATH_MAX];
	bool found = false;
	int dir, fd = -1;

	memset(value, 0, SERVER_LIST_COUNTERS * sizeof(*value));
	state_path(path, state, "servers");
	dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		fd = openat(dir, name,
			    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		close(dir);
	}
	if (fd >= 0) {
		found = server_list_block_read(fd, &block);
		close(fd);
	}
	if (found)
		block_add(value, &block);
	return found;
}

void server_list_ended(const char *state, uint64_t value[SERVER_LIST_COUNTERS],
		       bool (*skip)(const char *name, void *arg), void *arg)
{
	struct server_list_block block;
	struct ended ended;
	struct dirent *entry;
	char path[PATH_MAX];
	DIR *dir;
	int fd;

	ended_read(&ended, state);
	memcpy(value, ended.value, sizeof(ended.value));
	state_path(path, state, "servers");
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		fd = skip(entry->d_name, arg)
			     ? -1
			     : stale_open(dirfd(dir), entry->d_name, LOCK_SH);
		if (fd < 0)
			continue;
		if (server_list_block_read(fd, &block) &&
		    !ended_has(&ended, block.id))
			block_add(value, &block);
		close(fd);
	}
	if (dir)
		closedir(dir);
}
