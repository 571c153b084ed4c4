// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access_file.h"
#include "error.h"

enum {
	FILE_FLAGS = O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	FILE_MODE = 0640,
};

static int folder_stat(const char *path, struct stat *st)
{
	const char *name = strrchr(path, '/');
	char folder[PATH_MAX];
	int len = name ? (int)(name - path) : 0;

	if (snprintf(folder, sizeof(folder), "%.*s", name ? len + !len : 1,
		     name ? path : ".") >= PATH_MAX)
		return -ENAMETOOLONG;
	return stat(folder, st) ? -errno : 0;
}

/* A FIFO that nobody reads opens for both. */
static int file_open_as(const char *path, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | flags, FILE_MODE);

	if (fd < 0 && errno == ENXIO)
		fd = open(path, O_RDWR | flags);
	return fd < 0 ? -errno : fd;
}

int access_file_open(const char *path)
{
	int fd, flags = FILE_FLAGS, err;
	struct stat st;
	bool other;

	err = folder_stat(path, &st);
	if (err)
		return error_sys(err, "cannot open %s", path);
	other = !geteuid() && st.st_uid;
	if (!geteuid() && st.st_mode & (S_IWGRP | S_IWOTH))
		flags |= O_NOFOLLOW;
	/* Of this thread alone; the way back cannot fail. */
	if (other) {
		setfsgid(st.st_gid);
		setfsuid(st.st_uid);
	}
	fd = file_open_as(path, flags);
	if (other) {
		setfsuid(0);
		setfsgid(getegid());
	}
	return fd < 0 ? error_sys(fd, "cannot open %s", path) : fd;
}
