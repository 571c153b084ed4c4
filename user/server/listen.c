// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "listener_mark.h"
#include "listen.h"
#include "listen_unix.h"

enum {
	LISTEN_TRIES = 16, /* for a port that is free in both families */
	LISTEN_SHARED = 3, /* the first descriptor of what is shared */
};

in_port_t *listen_port(struct listen_address *address)
{
	return &((struct sockaddr_in *)&address->addr)->sin_port;
}

const char *listen_clashes(const struct listen_set *set,
			   const struct listen_address *address)
{
	const struct sockaddr_in *addr = (const void *)&address->addr;
	size_t i;

	for (i = 0; addr->sin_port && i < set->count; i++) {
		const struct listen_address *other = &set->address[i];

		if (other->len != address->len ||
		    memcmp(&other->addr, &address->addr, address->len))
			continue;
		if (other->https != address->https)
			return "https";
		if (other->proxy != address->proxy)
			return "proxy";
	}
	return NULL;
}

bool listen_behind(const struct listen_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (set->address[i].https || set->address[i].proxy)
			return true;
	return false;
}

bool listen_trusts(const struct listen_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (set->address[i].proxy && !listen_is_path(&set->address[i]))
			return true;
	return false;
}

static void path_text(char *dst, const struct listen_address *address)
{
	const struct sockaddr_un *local = (const void *)&address->addr;

	snprintf(dst, LISTEN_TEXT, "unix:%s%s%s", local->sun_path,
		 address->proxy ? ",proxy" : "",
		 address->https ? ",https" : "");
}

void listen_text(char *dst, const struct listen_address *address)
{
	int v6 = address->addr.ss_family == AF_INET6;
	char host[64], port[8];

	if (listen_is_path(address)) {
		path_text(dst, address);
		return;
	}
	if (getnameinfo((const void *)&address->addr, address->len, host,
			sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		snprintf(dst, LISTEN_TEXT, "?");
	else
		snprintf(dst, LISTEN_TEXT, v6 ? "[%s]:%s%s%s" : "%s:%s%s%s",
			 host, port, address->proxy ? ",proxy" : "",
			 address->https ? ",https" : "");
}

static int listen_mark(int fd, bool behind)
{
	const struct {
		int option, value;
	} mark[] = {
		{TCP_KEEPIDLE, LISTENER_MARK_IDLE},
		{TCP_KEEPINTVL, LISTENER_MARK_INTERVAL},
		{TCP_KEEPCNT,
		 behind ? LISTENER_MARK_HTTPS : LISTENER_MARK_PLAIN},
	};
	size_t i;

	for (i = 0; i < sizeof(mark) / sizeof(*mark); i++)
		if (setsockopt(fd, IPPROTO_TCP, mark[i].option, &mark[i].value,
			       sizeof(mark[i].value)))
			return -errno;
	return 0;
}

/* Options that accepted sockets inherit are set here, once. */
static int listen_inherited(int fd, const struct listen_address *address)
{
	int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
		return -errno;
	return listen_mark(fd, address->https || address->proxy);
}

static int listen_options(int fd, const struct listen_address *address)
{
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)))
		return -errno;
	if (address->addr.ss_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		return -errno;
	return listen_inherited(fd, address);
}

/*
 * The kernel keeps a connection until it has data, or for a second, and lets
 * the answer acknowledge them: a wake-up and a packet less. A kernel that
 * cannot is no reason to fail.
 */
static void listen_lazy(int fd)
{
	int seconds = 1, off = 0;

	setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds,
		   sizeof(seconds));
	/* listen() forgets it, so it is set after that. */
	setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off));
}

void listen_prompt(int fd)
{
	int off = 0;

	setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &off, sizeof(off));
}

unsigned int listen_waiting(int fd)
{
	struct tcp_info info = {.tcpi_unacked = 1};
	socklen_t len = offsetof(struct tcp_info, tcpi_sacked);

	/* For a listener, unacked is the length of its queue. */
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		return 1;
	return info.tcpi_unacked;
}

/* One more descriptor of what all workers share. */
static int listen_again(int *fd, const struct listen_address *address)
{
	int err = 0;

	*fd = fcntl(address->shared, F_DUPFD_CLOEXEC, LISTEN_SHARED);
	if (*fd < 0)
		return -errno;
	if (listen_is_path(address))
		return 0;
	err = listen_inherited(*fd, address);
	if (err) {
		close(*fd);
		*fd = -1;
	} else {
		listen_lazy(*fd);
	}
	return err;
}

static int listen_path(struct listen_address *address)
{
	int fd = listen_unix_open(address, LISTEN_BACKLOG);

	if (fd < 0)
		return fd;
	address->shared = fcntl(fd, F_DUPFD_CLOEXEC, LISTEN_SHARED);
	close(fd);
	if (address->shared >= 0)
		return 0;
	address->shared = 0;
	listen_unix_remove(address);
	return -EMFILE;
}

static int listen_socket(int *fd, struct listen_address *address)
{
	int family = address->addr.ss_family, err;
	struct sockaddr *addr = (struct sockaddr *)&address->addr;

	if (listen_is_path(address) && !address->shared) {
		err = listen_path(address);
		if (err)
			return err;
	}
	if (address->shared)
		return listen_again(fd, address);
	*fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	err = listen_options(*fd, address);
	if (!err &&
	    (bind(*fd, addr, address->len) || listen(*fd, LISTEN_BACKLOG) ||
	     getsockname(*fd, addr, &address->len)))
		err = -errno;
	if (err) {
		close(*fd);
		*fd = -1;
	} else {
		listen_lazy(*fd);
	}
	return err;
}

static void listen_close(int *fds, size_t count)
{
	while (count--)
		close(fds[count]);
}

void listen_leave(struct listen_set *set)
{
	struct listen_address *address = set->address;
	size_t i;

	for (i = 0; i < set->count; i++, address++) {
		if (!address->shared)
			continue;
		if (listen_is_path(address) && !address->given)
			listen_unix_remove(address);
		close(address->shared);
		address->shared = 0;
	}
}

/* Give up what was opened; what is given may be tried again. */
static void listen_undo(struct listen_set *kept, int *fds)
{
	size_t i;

	listen_close(fds, kept->count);
	for (i = 0; i < kept->count; i++)
		if (kept->address[i].given)
			kept->address[i].shared = 0;
	listen_leave(kept);
}

static int listen_fail(int err, const struct listen_address *address)
{
	char text[LISTEN_TEXT];

	listen_text(text, address);
	return error_sys(err, "cannot listen on %s", text);
}

int listen_open(const struct listen_set *set, int *fds)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		struct listen_address address = set->address[i];
		int err = listen_socket(&fds[i], &address);

		if (!err)
			continue;
		listen_close(fds, i);
		return listen_fail(err, &address);
	}
	return 0;
}

static int listen_absent(int err)
{
	return err == -EAFNOSUPPORT || err == -EADDRNOTAVAIL ||
	       err == -EPROTONOSUPPORT;
}

/* The IPv6 half of "*:0" takes the port that the IPv4 half was given. */
static void listen_pair(struct listen_address *address,
			struct listen_set *before)
{
	struct listen_address *last;

	if (!before->count || !address->optional || *listen_port(address))
		return;
	last = &before->address[before->count - 1];
	if (address->addr.ss_family == AF_INET6 && last->optional &&
	    last->addr.ss_family == AF_INET)
		*listen_port(address) = *listen_port(last);
}

static int listen_try(struct listen_set *set, int *fds, size_t *failed)
{
	struct listen_set kept = {.count = 0};
	int err = 0;
	size_t i;

	for (i = 0; i < set->count; i++) {
		struct listen_address address = set->address[i];

		listen_pair(&address, &kept);
		err = listen_socket(&fds[kept.count], &address);
		/* A port that was free may be one that is named, too. */
		if (!err && listen_clashes(&kept, &address)) {
			close(fds[kept.count]);
			err = -EADDRINUSE;
		}
		if (!err)
			kept.address[kept.count++] = address;
		else
			*failed = i;
		if (err && !(address.optional && listen_absent(err))) {
			listen_undo(&kept, fds);
			return err;
		}
	}
	if (!kept.count)
		return err;
	*set = kept;
	return 0;
}

int listen_fix(struct listen_set *set, int *fds)
{
	int err = -EADDRINUSE, tries;
	size_t failed = 0;

	for (tries = 0; tries < LISTEN_TRIES && err == -EADDRINUSE; tries++) {
		err = listen_try(set, fds, &failed);
		if (err && *listen_port(&set->address[failed]))
			break;
	}
	return err ? listen_fail(err, &set->address[failed]) : 0;
}
