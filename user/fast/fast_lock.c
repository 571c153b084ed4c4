// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_lock.h"

/* Before it is told: a server has it for some ms whenever addresses change. */
enum { LOCK_TRIES = 100, LOCK_PAUSE = 10 /* ms */ };

static int lock_try(int fd, int how)
{
	int err;

	do
		err = flock(fd, how) ? -errno : 0;
	while (err == -EINTR);
	return err;
}

static int lock_wait(int fd, FILE *out)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE * 1000000L};
	int err = lock_try(fd, LOCK_EX | LOCK_NB), i;

	for (i = 0; out && err == -EWOULDBLOCK && i < LOCK_TRIES; i++) {
		nanosleep(&pause, NULL);
		err = lock_try(fd, LOCK_EX | LOCK_NB);
	}
	if (!out || err != -EWOULDBLOCK)
		return err;
	fprintf(out,
		"waiting for another process that attaches, detaches or keeps the addresses\n");
	fflush(out);
	return lock_try(fd, LOCK_EX);
}

int fast_lock(const char *state, FILE *out)
{
	int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		return error_sys(-errno, "cannot open %s", state);
	err = lock_wait(fd, out);
	if (!err)
		return fd;
	close(fd);
	return error_sys(err, "cannot lock %s", state);
}
