// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "host.h"
#include "https_mark.h"
#include "listen.h"

enum {
	LISTEN_TRIES = 16, /* for a port that is free in both families */
};

static in_port_t *listen_port(struct listen_address *address)
{
	if (address->addr.ss_family == AF_INET6)
		return &((struct sockaddr_in6 *)&address->addr)->sin6_port;
	return &((struct sockaddr_in *)&address->addr)->sin_port;
}

/* Whether a set has an address and port for another scheme already. */
static bool listen_clashes(const struct listen_set *set,
			   struct listen_address *address)
{
	size_t i;

	for (i = 0; *listen_port(address) && i < set->count; i++)
		if (set->address[i].https != address->https &&
		    set->address[i].len == address->len &&
		    !memcmp(&set->address[i].addr, &address->addr,
			    address->len))
			return true;
	return false;
}

static int listen_clash(const struct listen_address *address)
{
	struct listen_address plain = *address;
	char text[LISTEN_TEXT];

	plain.https = false;
	listen_text(text, &plain);
	return error_set(-EINVAL, "'%s' is given with https and without", text);
}

static int listen_add(struct listen_set *set, const char *host, int port,
		      const struct listen_address *how)
{
	struct addrinfo *info, hints = {
				       .ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
			       };
	struct listen_address *address = &set->address[set->count];

	if (set->count == LISTEN_MAX)
		return error_set(-EINVAL, "more than %d addresses", LISTEN_MAX);
	if (getaddrinfo(host, NULL, &hints, &info))
		return error_set(-EINVAL, "'%s' is no IP address", host);
	*address = *how;
	memcpy(&address->addr, info->ai_addr, info->ai_addrlen);
	address->len = info->ai_addrlen;
	freeaddrinfo(info);
	*listen_port(address) = htons(port);
	if (listen_clashes(set, address))
		return listen_clash(address);
	set->count++;
	return 0;
}

/* What stands behind the address, from its first comma on. */
static int listen_scheme(const char *text, const char *at, bool *https)
{
	size_t len;

	for (; *at; at += len) {
		len = strcspn(++at, ",");
		if (!len)
			return error_set(-EINVAL,
					 "'%s': nothing stands behind a comma",
					 text);
		if (len != 5 || memcmp(at, "https", len))
			return error_set(
				-EINVAL,
				"'%s': '%.*s' is not https, which alone may follow",
				text, (int)len, at);
		if (*https)
			return error_set(-EINVAL, "'%s': https is there twice",
					 text);
		*https = true;
	}
	return 0;
}

int listen_parse(struct listen_set *set, const char *text)
{
	struct listen_address how = {.len = 0};
	size_t end = strcspn(text, ","), len;
	const char *colon = memrchr(text, ':', end);
	char host[64];
	int port;

	len = colon ? (size_t)(colon - text) : 0;
	port = colon ? host_port(colon + 1, text + end - colon - 1) : -EINVAL;
	if (port < 0)
		return error_set(-EINVAL, "'%s' is not ADDR:PORT", text);
	if (listen_scheme(text, text + end, &how.https))
		return -EINVAL;
	if (!len || (len == 1 && *text == '*')) {
		how.optional = 1;
		if (listen_add(set, "0.0.0.0", port, &how))
			return -EINVAL;
		return listen_add(set, "::", port, &how);
	}
	if (len > 2 && *text == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	} else if (memchr(text, ':', len)) {
		return error_set(-EINVAL, "'%s': write [IPv6]:PORT", text);
	}
	if (len >= sizeof(host))
		return error_set(-EINVAL, "'%s' is not ADDR:PORT", text);
	memcpy(host, text, len);
	host[len] = '\0';
	return listen_add(set, host, port, &how);
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

static int listen_mark(int fd)
{
	static const struct {
		int option, value;
	} mark[] = {
		{TCP_KEEPIDLE, HTTPS_MARK_IDLE},
		{TCP_KEEPINTVL, HTTPS_MARK_INTERVAL},
		{TCP_KEEPCNT, HTTPS_MARK_PROBES},
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
	return https ? listen_mark(fd) : 0;
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
