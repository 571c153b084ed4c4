// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "listen.h"
#include "listen_given.h"
#include "listen_property.h"

enum {
	GIVEN_FIRST = 3, /* descriptor */
	GIVEN_NAME = 255,
};

struct given {
	int fd;
	char name[GIVEN_NAME + 1];
};

static int refuse(const struct given *given, const char *why)
{
	return error_set(-EINVAL, "descriptor %d (%s) %s", given->fd,
			 given->name, why);
}

static int option_of(int fd, int option)
{
	socklen_t len = sizeof(int);
	int value = -1;

	if (getsockopt(fd, SOL_SOCKET, option, &value, &len))
		return -1;
	return value;
}

/* Whether it is of a kind that we accept from. */
static int kind_check(const struct given *given)
{
	int family = option_of(given->fd, SO_DOMAIN);
	struct stat st;

	if (fstat(given->fd, &st))
		return refuse(given, "is not open");
	if (!S_ISSOCK(st.st_mode))
		return refuse(given, "is no socket");
	if (family != AF_INET && family != AF_INET6 && family != AF_UNIX)
		return refuse(given, "is no socket of IPv4, IPv6 or a path");
	if (option_of(given->fd, SO_TYPE) != SOCK_STREAM ||
	    (family != AF_UNIX &&
	     option_of(given->fd, SO_PROTOCOL) != IPPROTO_TCP))
		return refuse(given, "is no stream: it must be of TCP");
	if (option_of(given->fd, SO_ACCEPTCONN) != 1)
		return refuse(given, "does not listen");
	return 0;
}

/* A socket without a name in the file system is announced as one without. */
static int address_read(struct listen_address *address,
			const struct given *given)
{
	const struct sockaddr_un *local = (const void *)&address->addr;

	address->len = sizeof(address->addr);
	if (getsockname(given->fd, (struct sockaddr *)&address->addr,
			&address->len))
		return refuse(given, "has no address");
	if (listen_is_path(address) && *local->sun_path != '/')
		return refuse(given, "has no absolute path");
	return 0;
}

static bool says_nothing(const char *name)
{
	static const char unit[] = ".socket";
	size_t len = strlen(name), end = sizeof(unit) - 1;

	return !len || !strcmp(name, "unknown") ||
	       (len > end && !strcmp(name + len - end, unit));
}

/* The rights of a path are as they are. */
static int name_read(struct listen_address *address, const struct given *given)
{
	const char *at = given->name;
	struct listen_address how = {.https = false};
	size_t len;
	int err;

	if (says_nothing(at))
		return 0;
	for (;; at++) {
		len = strcspn(at, ",");
		err = listen_property(&how, at, len);
		if (err == -EEXIST)
			return refuse(given, "has a property twice");
		if (err)
			return refuse(
				given,
				"has a name of other words than https and proxy");
		at += len;
		if (!*at)
			break;
	}
	address->https = how.https;
	address->proxy = how.proxy;
	return 0;
}

static int given_add(struct listen_set *set, const struct given *given)
{
	struct listen_address *address = &set->address[set->count];
	int err, flags;

	if (set->count == LISTEN_MAX)
		return refuse(given, "is one too many");
	listen_property_none(address);
	err = kind_check(given);
	if (!err)
		err = address_read(address, given);
	if (!err)
		err = name_read(address, given);
	if (err)
		return err;
	if (listen_clashes(set, address))
		return refuse(given,
			      "is there once more, with other properties");
	flags = fcntl(given->fd, F_GETFL);
	if (fcntl(given->fd, F_SETFL, flags | O_NONBLOCK))
		return refuse(given, "cannot be used");
	address->shared = given->fd;
	address->given = true;
	set->count++;
	return 0;
}

/* A number of processes or descriptors; -1: it is none. */
static long number_read(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return !len || len > 9 || text[len] ? -1 : atol(text);
}

/* Take the next name off a list. */
static void name_take(struct given *given, const char **names)
{
	size_t len = strcspn(*names, ":"), i;

	memset(given->name, 0, sizeof(given->name));
	memcpy(given->name, *names, len < GIVEN_NAME ? len : GIVEN_NAME);
	for (i = 0; given->name[i]; i++)
		if (given->name[i] < ' ' || given->name[i] > '~')
			given->name[i] = '?';
	*names += len + !!(*names)[len];
}

static int given_all(struct listen_set *set, long count, const char *names)
{
	struct given given;
	long i;
	int err = 0;

	for (i = 0; i < count; i++)
		fcntl(GIVEN_FIRST + i, F_SETFD, FD_CLOEXEC);
	for (i = 0; i < count && !err; i++) {
		given.fd = GIVEN_FIRST + i;
		name_take(&given, &names);
		err = given_add(set, &given);
	}
	return err;
}

int listen_given(struct listen_set *set)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	const char *names = getenv("LISTEN_FDNAMES");
	long count = fds ? number_read(fds) : 0;
	int err = 0;

	if (pid && number_read(pid) == getpid()) {
		if (count < 0 || count > LISTEN_MAX)
			err = error_set(-EINVAL,
					"LISTEN_FDS is no number up to %d",
					LISTEN_MAX);
		else
			err = given_all(set, count, names ? names : "");
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return err;
}
