// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "path.h"

/* Whether root is in another user's directory. */
static bool file_foreign(const struct stat *file, const struct stat *folder)
{
	return !geteuid() && (file->st_uid != folder->st_uid ||
			      file->st_gid != folder->st_gid);
}

/* Give what was made, and what root had made in another's directory, its
 * rights. Best effort: who may not change it has not made it. */
static void file_share(int fd, const char *path, mode_t mode, bool made)
{
	struct stat file, folder;
	char parent[PATH_MAX];

	path_parent(parent, path);
	if (fstat(fd, &file) || stat(parent, &folder))
		return;
	if (S_ISREG(file.st_mode) && file.st_nlink > 1)
		return;
	if (folder.st_uid && file_foreign(&file, &folder)) {
		if (fchown(fd, folder.st_uid, folder.st_gid))
			return;
		file.st_gid = folder.st_gid;
		made = true;
	}
	if (!made)
		return;
	if (folder.st_mode & S_IWGRP &&
	    (file.st_gid == folder.st_gid || !fchown(fd, -1, folder.st_gid)))
		mode |= S_IWGRP;
	mode |= file.st_mode & 07777;
	if (mode != (file.st_mode & 07777))
		(void)!fchmod(fd, mode);
}

int file_open(const char *path, int flags)
{
	bool made = flags & O_CREAT;
	int fd;

	flags |= O_CLOEXEC | O_NOFOLLOW;
	fd = open(path, made ? flags | O_EXCL : flags, 0644);
	if (fd < 0 && errno == EEXIST && !(flags & O_EXCL)) {
		made = false;
		fd = open(path, flags, 0644);
	}
	if (fd < 0)
		return -errno;
	file_share(fd, path, 0644, made);
	return fd;
}

int file_folder(const char *path)
{
	int made = !mkdir(path, 0755), fd;

	if (!made && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0) {
		file_share(fd, path, 0755, true);
		close(fd);
	}
	return made;
}

int file_number(const char *path, int otherwise)
{
	FILE *file = fopen(path, "re");
	int number;

	if (!file)
		return otherwise;
	if (fscanf(file, "%d", &number) != 1)
		number = otherwise;
	fclose(file);
	return number;
}

bool file_shared(const char *path)
{
	struct stat file;

	return !stat(path, &file) && (file.st_mode & 0444) == 0444;
}
