// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "serve_stats_socket.h"

enum { STATS_BACKLOG = 128 };

/* There is room for 107 bytes; longer paths go through the folder's
 * descriptor. */
int serve_stats_socket_address(struct sockaddr_un *addr, int *dir,
			       const char *path)
{
	const char *name = strrchr(path, '/');
	char folder[PATH_MAX];
	int room = sizeof(addr->sun_path), len;

	*dir = -1;
	*addr = (struct sockaddr_un){.sun_family = AF_UNIX};
	len = snprintf(addr->sun_path, room, "%s" SERVE_STATS_SUFFIX, path);
	if (len < room)
		return 0;
	if (!name)
		return -ENAMETOOLONG;
	snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
	*dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dir < 0)
		return -errno;
	len = snprintf(addr->sun_path, room,
		       "/proc/self/fd/%d%s" SERVE_STATS_SUFFIX, *dir, name);
	return len < room ? 0 : -ENAMETOOLONG;
}

/* Everybody may read: to connect takes the right to write. */
static int stats_bind(int fd, const char *path, const char *beside)
{
	struct sockaddr_un addr;
	mode_t mask;
	int dir, err;

	if (unlink(path) && errno != ENOENT)
		return -errno;
	err = serve_stats_socket_address(&addr, &dir, beside);
	mask = umask(0111);
	if (!err && bind(fd, (const void *)&addr, sizeof(addr)))
		err = -errno;
	umask(mask);
	if (dir >= 0)
		close(dir);
	if (!err && listen(fd, STATS_BACKLOG))
		err = -errno;
	return err;
}

int serve_stats_socket(const char *beside)
{
	char path[PATH_MAX + sizeof(SERVE_STATS_SUFFIX)];
	int fd, err;

	snprintf(path, sizeof(path), "%s" SERVE_STATS_SUFFIX, beside);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_sys(-errno, "cannot create %s", path);
	err = stats_bind(fd, path, beside);
	if (!err)
		return fd;
	close(fd);
	return error_sys(err, "cannot create %s", path);
}
