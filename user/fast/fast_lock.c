// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "error.h"
#include "fast_lock.h"

int fast_lock(const char *state, bool wait)
{
	int fd = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;

	if (fd < 0)
		return error_sys(-errno, "cannot open %s", state);
	while (flock(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB)) {
		if (errno == EINTR)
			continue;
		err = error_sys(-errno, "cannot lock %s", state);
		close(fd);
		return err;
	}
	return fd;
}
