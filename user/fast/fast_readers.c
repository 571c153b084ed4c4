// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fast_readers.h"
#include "path.h"

int fast_readers_make(const char *instance)
{
	char path[PATH_MAX];
	int err = path_join(path, instance, FAST_READERS);

	if (!err && mkdir(path, 0700) && errno != EEXIST)
		err = -errno;
	return err ? error_sys(err, "cannot create %s/" FAST_READERS, instance)
		   : 0;
}

int fast_readers_open(const char *instance)
{
	char path[PATH_MAX];
	int err = path_join(path, instance, FAST_READERS), fd;

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static struct flock area_lock(short type, uint64_t at, uint64_t size)
{
	return (struct flock){
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)at,
		.l_len = (off_t)size,
	};
}

int fast_readers_hold(int readers, uint64_t at, uint64_t size)
{
	struct flock lock = area_lock(F_RDLCK, at, size);

	return fcntl(readers, F_OFD_SETLK, &lock) ? -errno : 0;
}

void fast_readers_leave(int readers, uint64_t at, uint64_t size)
{
	struct flock lock = area_lock(F_UNLCK, at, size);

	fcntl(readers, F_OFD_SETLK, &lock);
}

/* A folder cannot be locked for writing, but it can be asked whether it
 * could. */
bool fast_readers_any(int readers, uint64_t at, uint64_t size)
{
	struct flock lock = area_lock(F_WRLCK, at, size);

	if (readers == -ENOENT)
		return false;
	return readers < 0 || fcntl(readers, F_OFD_GETLK, &lock) ||
	       lock.l_type != F_UNLCK;
}

bool fast_readers_gone(int readers)
{
	struct stat st;

	return fstat(readers, &st) || !st.st_nlink;
}
