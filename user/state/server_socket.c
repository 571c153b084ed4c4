// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "server_socket.h"

enum { SOCKET_BACKLOG = 128 };

static const char suffixes[SERVER_SOCKETS][SERVER_SOCKET_SUFFIX] = {
	[SERVER_SOCKET_COUNTERS] = ".counters",
	[SERVER_SOCKET_LOOK] = ".look",
};

const char *server_socket_suffix(enum server_socket_kind kind)
{
	return suffixes[kind];
}

bool server_socket_named(const char *name)
{
	size_t len = strlen(name), end;
	int i;

	for (i = 0; i < SERVER_SOCKETS; i++) {
		end = strlen(suffixes[i]);
		if (len > end && !strcmp(name + len - end, suffixes[i]))
			return true;
	}
	return false;
}

void server_socket_forget(int dir, const char *name)
{
	char path[NAME_MAX + SERVER_SOCKET_SUFFIX];
	int i;

	for (i = 0; i < SERVER_SOCKETS; i++) {
		snprintf(path, sizeof(path), "%s%s", name, suffixes[i]);
		unlinkat(dir, path, 0);
	}
}

/* There is room for 107 bytes; longer paths go through the folder's descriptor,
 * which the caller closes when the address is not needed any more, or -1. */
static int socket_address(struct sockaddr_un *addr, int *dir, const char *path,
			  enum server_socket_kind kind)
{
	const char *name = strrchr(path, '/');
	char folder[PATH_MAX];
	int room = sizeof(addr->sun_path), len;

	*dir = -1;
	*addr = (struct sockaddr_un){.sun_family = AF_UNIX};
	len = snprintf(addr->sun_path, room, "%s%s", path, suffixes[kind]);
	if (len < room)
		return 0;
	if (!name)
		return -ENAMETOOLONG;
	snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
	*dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return -errno;
	len = snprintf(addr->sun_path, room, "/proc/self/fd/%d%s%s", *dir, name,
		       suffixes[kind]);
	return len < room ? 0 : -ENAMETOOLONG;
}

/* To connect takes the right to write. */
static int socket_bind(int fd, const char *path, const char *beside,
		       enum server_socket_kind kind)
{
	struct sockaddr_un addr;
	mode_t mask;
	int dir, err;

	if (unlink(path) && errno != ENOENT)
		return -errno;
	err = socket_address(&addr, &dir, beside, kind);
	mask = umask(0111);
	if (!err && bind(fd, (const void *)&addr, sizeof(addr)))
		err = -errno;
	umask(mask);
	if (dir >= 0)
		close(dir);
	if (!err && listen(fd, SOCKET_BACKLOG))
		err = -errno;
	return err;
}

int server_socket_make(const char *beside, enum server_socket_kind kind)
{
	char path[PATH_MAX + SERVER_SOCKET_SUFFIX];
	int fd, err;

	snprintf(path, sizeof(path), "%s%s", beside, suffixes[kind]);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_sys(-errno, "cannot create %s", path);
	err = socket_bind(fd, path, beside, kind);
	if (!err)
		return fd;
	close(fd);
	return error_sys(err, "cannot create %s", path);
}

int server_socket_replace(int *fd, int by)
{
	int old;

	if (*fd < 0) {
		*fd = by;
		return 0;
	}
	old = fcntl(*fd, F_DUPFD_CLOEXEC, 0);
	if (old < 0)
		return -errno;
	if (dup3(by, *fd, O_CLOEXEC) < 0) {
		close(old);
		return -errno;
	}
	shutdown(old, SHUT_RDWR);
	close(old);
	close(by);
	return 0;
}

static int socket_connect(int fd, const char *path,
			  enum server_socket_kind kind, int seconds)
{
	struct timeval limit = {.tv_sec = seconds};
	struct sockaddr_un addr;
	int dir, err;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		return -errno;
	err = socket_address(&addr, &dir, path, kind);
	if (!err && connect(fd, (const void *)&addr, sizeof(addr)))
		err = errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (dir >= 0)
		close(dir);
	return err;
}

int server_socket_connect(const char *path, enum server_socket_kind kind,
			  int seconds)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	err = socket_connect(fd, path, kind, seconds);
	if (!err)
		return fd;
	close(fd);
	return err;
}
