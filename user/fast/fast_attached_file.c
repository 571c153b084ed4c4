// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fast_attached_file.h"
#include "path.h"

enum { BOOT_SIZE = 64 };

static int mark_path(char *path, const char *state)
{
	return path_join(path, state, "attached");
}

/* The bytes of a small file, or -1. */
static ssize_t file_read(const char *path, char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, text, BOOT_SIZE);
	close(fd);
	return len;
}

static ssize_t boot_read(char *text)
{
	return file_read("/proc/sys/kernel/random/boot_id", text);
}

/* A new file in place of what is there, which another user may have put. */
int fast_attached_set(const char *state)
{
	char path[PATH_MAX], boot[BOOT_SIZE];
	ssize_t len = boot_read(boot);
	int fd, err = 0;

	if (mark_path(path, state) || len <= 0)
		return error_sys(len < 0 ? -errno : -ENAMETOOLONG,
				 "cannot mark %s as attached", state);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return error_sys(-errno, "cannot write %s", path);
	if (fchmod(fd, 0644) || write(fd, boot, len) != len)
		err = error_sys(-EIO, "cannot write %s", path);
	close(fd);
	return err;
}

void fast_attached_clear(const char *state)
{
	char path[PATH_MAX];

	if (!mark_path(path, state))
		unlink(path);
}

bool fast_attached_here(const char *state)
{
	char path[PATH_MAX], boot[BOOT_SIZE], mark[BOOT_SIZE];
	ssize_t len = boot_read(boot);

	return len > 0 && !mark_path(path, state) &&
	       file_read(path, mark) == len && !memcmp(boot, mark, len);
}
