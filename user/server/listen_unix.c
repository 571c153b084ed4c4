// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listen_address.h"
#include "listen_unix.h"
#include "path.h"

enum {
	UNIX_TRIES = 40, /* to have the folder alone */
	UNIX_WAIT = 50,	 /* ms between them */
};

static const char *path_of(const struct listen_address *address)
{
	return ((const struct sockaddr_un *)&address->addr)->sun_path;
}

/*
 * Have the folder alone: who sees that nobody listens is to be at work on the
 * path by himself. Who keeps it locked for long is passed over. The descriptor,
 * or -1.
 */
static int folder_lock(const char *path)
{
	char folder[PATH_MAX];
	int fd, tries;

	path_parent(folder, path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (tries = 0; fd >= 0 && tries < UNIX_TRIES; tries++) {
		if (!flock(fd, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
			break;
		poll(NULL, 0, UNIX_WAIT);
	}
	return fd;
}

static bool is_left(const struct listen_address *address)
{
	struct stat st;
	bool left;
	int fd;

	if (lstat(path_of(address), &st) || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	left = connect(fd, (const struct sockaddr *)&address->addr,
		       address->len) &&
	       errno == ECONNREFUSED;
	close(fd);
	return left;
}

/* The file has the mode from the beginning: bind() takes it from the socket. */
static int path_bind(int fd, struct listen_address *address)
{
	mode_t mask = umask(0);
	int err = 0;

	if (fchmod(fd, address->mode) ||
	    bind(fd, (const struct sockaddr *)&address->addr, address->len))
		err = -errno;
	umask(mask);
	return err;
}

/* Before it listens, nobody gets in. */
static int path_give(struct listen_address *address)
{
	const char *path = path_of(address);
	struct stat st;

	if (lstat(path, &st))
		return -errno;
	address->device = st.st_dev;
	address->inode = st.st_ino;
	if (address->user == (uid_t)-1 && address->group == (gid_t)-1)
		return 0;
	if (lchown(path, address->user, address->group))
		return -errno;
	return 0;
}

static int path_listen(int fd, struct listen_address *address, int backlog)
{
	int err;

	if (is_left(address))
		unlink(path_of(address));
	err = path_bind(fd, address);
	if (err)
		return err;
	err = path_give(address);
	if (!err && listen(fd, backlog))
		err = -errno;
	if (err)
		listen_unix_remove(address);
	return err;
}

int listen_unix_open(struct listen_address *address, int backlog)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int lock, err;

	if (fd < 0)
		return -errno;
	lock = folder_lock(path_of(address));
	err = path_listen(fd, address, backlog);
	if (lock >= 0)
		close(lock);
	if (!err)
		return fd;
	close(fd);
	return err;
}

void listen_unix_remove(const struct listen_address *address)
{
	struct stat st;

	if (!lstat(path_of(address), &st) && st.st_dev == address->device &&
	    st.st_ino == address->inode)
		unlink(path_of(address));
}
