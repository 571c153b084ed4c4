// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "listener_mark.h"
#include "listen.h"

enum {
	LISTEN_TRIES = 16, /* for a port that is free in both families */
};

in_port_t *listen_port(struct listen_address *address)
{
	return &((struct sockaddr_in *)&address->addr)->sin_port;
}

bool listen_clashes(const struct listen_set *set,
		    const struct listen_address *address)
{
	const struct sockaddr_in *addr = (const void *)&address->addr;
	size_t i;

	for (i = 0; addr->sin_port && i < set->count; i++)
		if (set->address[i].https != address->https &&
		    set->address[i].len == address->len &&
		    !memcmp(&set->address[i].addr, &address->addr,
			    address->len))
			return true;
	return false;
}

bool listen_https(const struct listen_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (set->address[i].https)
			return true;
	return false;
}

void listen_text(char *dst, const struct listen_address *address)
{
	int v6 = address->addr.ss_family == AF_INET6;
	char host[64], port[8];

	if (getnameinfo((const void *)&address->addr, address->len, host,
			sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		snprintf(dst, LISTEN_TEXT, "?");
	else
		snprintf(dst, LISTEN_TEXT, v6 ? "[%s]:%s%s" : "%s:%s%s", host,
			 port, address->https ? ",https" : "");
}

static int listen_mark(int fd, bool https)
{
	const struct {
		int option, value;
	} mark[] = {
		{TCP_KEEPIDLE, LISTENER_MARK_IDLE},
		{TCP_KEEPINTVL, LISTENER_MARK_INTERVAL},
		{TCP_KEEPCNT,
		 https ? LISTENER_MARK_HTTPS : LISTENER_MARK_PLAIN},
	};
	size_t i;

	for (i = 0; i < sizeof(mark) / sizeof(*mark); i++)
		if (setsockopt(fd, IPPROTO_TCP, mark[i].option, &mark[i].value,
			       sizeof(mark[i].value)))
			return -errno;
	return 0;
}

/* Options that accepted sockets inherit are set here, once. */
static int listen_options(int fd, int family, bool https)
{
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
		return -errno;
	if (family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		return -errno;
	return listen_mark(fd, https);
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

static int listen_socket(int *fd, struct listen_address *address)
{
	int family = address->addr.ss_family, err;
	struct sockaddr *addr = (struct sockaddr *)&address->addr;

	*fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return -errno;
	err = listen_options(*fd, family, address->https);
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
			listen_close(fds, kept.count);
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
