// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fast_folder.h"
#include "path.h"

static int owner_check(const char *path, const struct stat *st)
{
	if (!st->st_uid)
		return 0;
	return error_set(
		-ESTALE,
		"%s belongs to the user with the number %u, not to root, so that nothing in it is used",
		path, (unsigned int)st->st_uid);
}

/* The link itself, and what it leads to. */
static int folder_stat(const char *path, struct stat *st)
{
	int err;

	if (lstat(path, st))
		return -errno;
	err = owner_check(path, st);
	if (err)
		return err;
	if (stat(path, st))
		return -errno;
	return owner_check(path, st);
}

static int writers_check(const char *path, const struct stat *st)
{
	if (!(st->st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	return error_set(
		-ESTALE,
		"%s may be written by others than root, so that nothing in it is used",
		path);
}

int fast_folder_check(const char *path)
{
	struct stat st;
	int err = folder_stat(path, &st);

	if (err && err != -ESTALE)
		return err == -ENOENT
			       ? err
			       : error_sys(err, "cannot look into %s", path);
	return err ? err : writers_check(path, &st);
}

int fast_folder_check_shared(const char *path)
{
	struct stat st;
	int err = folder_stat(path, &st);

	if (!err && !(st.st_mode & S_ISVTX))
		err = writers_check(path, &st);
	if (err && err != -ESTALE)
		return error_sys(err, "cannot look into %s", path);
	if (!err)
		return 0;
	return error_set(
		err,
		"%s belongs to another user than root, or others may replace what is in it: chown root %s && chmod 0700 %s",
		path, path, path);
}

/* Root's alone, and none that another user made is taken for it: so not as
 * file_folder() does, which follows the owner of the folder above. */
int fast_folder_make(const char *path)
{
	int err;

	if (mkdir(path, 0755) && errno != EEXIST)
		return error_sys(-errno, "cannot create %s", path);
	err = fast_folder_check(path);
	if (err == -ENOENT)
		return error_sys(err, "cannot create %s", path);
	if (!err && chmod(path, 0755))
		err = error_sys(-errno, "cannot create %s", path);
	return err;
}

static bool is_inside(const char *name)
{
	return strcmp(name, ".") && strcmp(name, "..");
}

static int content_remove(DIR *dir, const char *folder)
{
	char path[PATH_MAX];
	struct dirent *entry;
	int err = 0;

	while ((entry = readdir(dir))) {
		if (!is_inside(entry->d_name))
			continue;
		if (path_join(path, folder, "%s", entry->d_name))
			err = -ENAMETOOLONG;
		else if (remove(path))
			err = error_sys(-errno, "cannot remove %s", path);
	}
	return err;
}

int fast_folder_remove(const char *path)
{
	DIR *dir = opendir(path);
	int err;

	if (!dir)
		return error_sys(-errno, "cannot read %s", path);
	err = content_remove(dir, path);
	closedir(dir);
	if (!err && rmdir(path))
		err = error_sys(-errno, "cannot remove %s", path);
	return err;
}
