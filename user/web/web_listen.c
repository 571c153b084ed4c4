// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "listen.h"
#include "listen_parse.h"
#include "web_listen.h"

enum { WEB_BACKLOG = 64 };

static const char unix_scheme[] = "unix:";

static int parse_unix(struct web_listen *listen, const char *path)
{
	struct sockaddr_un *addr = &listen->addr.local;

	if (!*path)
		return error_set(-EINVAL, "no path stands behind unix:");
	if (strlen(path) >= sizeof(addr->sun_path))
		return error_set(-EINVAL,
				 "a path of more than %zu bytes is too long",
				 sizeof(addr->sun_path) - 1);
	addr->sun_family = AF_UNIX;
	strcpy(addr->sun_path, path);
	listen->len = sizeof(*addr);
	return 0;
}

int web_listen_parse(struct web_listen *listen, const char *text)
{
	struct listen_set set = {.count = 0};
	int err;

	memset(listen, 0, sizeof(*listen));
	if (!strncmp(text, unix_scheme, strlen(unix_scheme)))
		return parse_unix(listen, text + strlen(unix_scheme));
	err = listen_parse(&set, text);
	if (err)
		return err;
	if (listen_behind(&set))
		return error_set(-EINVAL, "'%s': nothing follows the port here",
				 text);
	/* Both families of "*" are one socket of the larger one. */
	listen->both = set.count > 1;
	if (listen->both && set.address[1].addr.ss_family == AF_INET6)
		set.address[0] = set.address[1];
	listen->addr.storage = set.address[0].addr;
	listen->len = set.address[0].len;
	return 0;
}

bool web_listen_local(const struct web_listen *listen)
{
	return listen->addr.any.sa_family == AF_UNIX;
}

bool web_listen_near(const struct web_listen *listen)
{
	const struct sockaddr_in6 *six = (const void *)&listen->addr;
	const struct sockaddr_in *four = (const void *)&listen->addr;

	if (listen->addr.any.sa_family == AF_INET)
		return ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return web_listen_local(listen) ||
	       IN6_IS_ADDR_LOOPBACK(&six->sin6_addr) ||
	       (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr) &&
		six->sin6_addr.s6_addr[12] == IN_LOOPBACKNET);
}

/* One that is left, which nobody listens on: connecting is refused. */
static void unix_clear(const struct web_listen *listen)
{
	const char *path = listen->addr.local.sun_path;
	struct stat st;
	int fd;

	if (lstat(path, &st) || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, &listen->addr.any, listen->len) &&
	    errno == ECONNREFUSED)
		unlink(path);
	if (fd >= 0)
		close(fd);
}

/* Nobody gets in before the group is right. Without it, only this user does. */
static int unix_bind(int fd, const struct web_listen *listen, const char *state)
{
	const char *path = listen->addr.local.sun_path;
	mode_t mask = umask(0177);
	struct stat st;
	int err = bind(fd, &listen->addr.any, listen->len) ? -errno : 0;

	umask(mask);
	if (err)
		return err;
	if (!stat(state, &st) && !lchown(path, -1, st.st_gid) &&
	    chmod(path, 0660))
		err = -errno;
	return err;
}

static int inet_bind(int fd, const struct web_listen *listen)
{
	int on = 1, only = !listen->both;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (listen->addr.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only));
	return bind(fd, &listen->addr.any, listen->len) ? -errno : 0;
}

int web_listen_open(const struct web_listen *where, const char *state)
{
	int fd = socket(where->addr.any.sa_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char text[WEB_LISTEN_TEXT];
	int err;

	web_listen_text(text, where, -1);
	if (fd < 0)
		return error_sys(-errno, "cannot listen on %s", text);
	if (web_listen_local(where)) {
		unix_clear(where);
		err = unix_bind(fd, where, state);
	} else {
		err = inet_bind(fd, where);
	}
	if (!err && listen(fd, WEB_BACKLOG))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return error_sys(err, "cannot listen on %s", text);
}

void web_listen_text(char text[WEB_LISTEN_TEXT],
		     const struct web_listen *listen, int fd)
{
	struct listen_address address = {.len = listen->len};
	socklen_t len = sizeof(address.addr);

	if (web_listen_local(listen)) {
		snprintf(text, WEB_LISTEN_TEXT, "%s%s", unix_scheme,
			 listen->addr.local.sun_path);
		return;
	}
	address.addr = listen->addr.storage;
	if (fd >= 0)
		getsockname(fd, (struct sockaddr *)&address.addr, &len);
	listen_text(text, &address);
}

void web_listen_remove(const struct web_listen *listen)
{
	if (web_listen_local(listen))
		unlink(listen->addr.local.sun_path);
}
