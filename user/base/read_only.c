// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "read_only.h"

int read_only_open(int fd)
{
	char path[sizeof("/proc/self/fd/") + 12];
	int reader;

	if (fchmod(fd, S_IRUSR))
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	reader = open(path, O_RDONLY | O_CLOEXEC);
	return reader < 0 ? -errno : reader;
}
