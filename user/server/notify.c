// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "notify.h"

int notify_send(const char *text)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	const char *name = getenv("NOTIFY_SOCKET");
	size_t len = name ? strlen(name) : 0;
	int fd, err = 0;

	if (!len)
		return 0;
	if ((*name != '/' && *name != '@') || len >= sizeof(addr.sun_path))
		return error_set(-EINVAL, "cannot use NOTIFY_SOCKET '%s'",
				 name);
	memcpy(addr.sun_path, name, len);
	if (*name == '@')
		addr.sun_path[0] = '\0';
	len += offsetof(struct sockaddr_un, sun_path) + (*name == '/');
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_sys(-errno, "cannot create a socket");
	if (sendto(fd, text, strlen(text), MSG_NOSIGNAL, (void *)&addr, len) <
	    0)
		err = error_sys(-errno, "cannot notify '%s'", name);
	close(fd);
	return err;
}
