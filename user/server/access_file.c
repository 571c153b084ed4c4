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

/* The folder itself, and what it is: its path may lead elsewhere a moment later. */
static int folder_open(const char *path, struct stat *st)
{
	const char *name = strrchr(path, '/');
	char folder[PATH_MAX];
	int len = name ? (int)(name - path) : 0, fd, err;

	if (snprintf(folder, sizeof(folder), "%.*s", name ? len + !len : 1,
		     name ? path : ".") >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, st))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* A FIFO that nobody reads opens for both. */
static int file_open_as(int folder, const char *path, int flags)
{
	const char *slash = strrchr(path, '/'),
		   *name = slash ? slash + 1 : path;
	int fd = openat(folder, name, O_WRONLY | O_CREAT | flags, FILE_MODE);

	if (fd < 0 && errno == ENXIO)
		fd = openat(folder, name, O_RDWR | flags);
	return fd < 0 ? -errno : fd;
}

int access_file_open(const char *path)
{
	int fd, flags = FILE_FLAGS, folder;
	struct stat st;
	bool other;

	folder = folder_open(path, &st);
	if (folder < 0)
		return error_sys(folder, "cannot open %s", path);
	other = !geteuid() && st.st_uid;
	if (!geteuid() && st.st_mode & (S_IWGRP | S_IWOTH))
		flags |= O_NOFOLLOW;
	/* Of this thread alone; the way back cannot fail. */
	if (other) {
		setfsgid(st.st_gid);
		setfsuid(st.st_uid);
	}
	fd = file_open_as(folder, path, flags);
	if (other) {
		setfsuid(0);
		setfsgid(getegid());
	}
	close(folder);
	return fd < 0 ? error_sys(fd, "cannot open %s", path) : fd;
}
