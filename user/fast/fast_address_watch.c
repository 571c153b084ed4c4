// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_address_map.h"
#include "fast_address_watch.h"
#include "fast_instance.h"
#include "fast_lock.h"

struct fast_address_watch {
	char *state;
	int socket;	    /* that tells of changes */
	int error_reported; /* the latest */
	bool due;
};

static int changes_open(void)
{
	struct sockaddr_nl addr = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
			NETLINK_ROUTE);
	int err;

	if (fd < 0)
		return error_sys(-errno, "cannot follow the addresses");
	if (!bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	err = error_sys(-errno, "cannot follow the addresses");
	close(fd);
	return err;
}

int fast_address_watch_open(struct fast_address_watch **result,
			    const char *state)
{
	struct fast_address_watch *watch = calloc(1, sizeof(*watch));
	int err;

	if (watch)
		watch->state = strdup(state);
	if (!watch || !watch->state) {
		free(watch);
		return error_sys(-ENOMEM, "cannot follow the addresses");
	}
	watch->due = true;
	watch->socket = err = changes_open();
	if (err < 0) {
		fast_address_watch_close(watch);
		return err;
	}
	*result = watch;
	return 0;
}

int fast_address_watch_fd(const struct fast_address_watch *watch)
{
	return watch->socket;
}

void fast_address_watch_moved(struct fast_address_watch *watch, int fd)
{
	watch->socket = fd;
}

/* What changed is not read: all addresses are compared anyway. Lost messages
 * (ENOBUFS) are changes, too. */
static bool changes_take(int socket)
{
	char buffer[8192];
	bool any = false;

	while (recv(socket, buffer, sizeof(buffer), MSG_TRUNC) > 0 ||
	       errno == ENOBUFS || errno == EINTR)
		any = true;
	return any;
}

static int addresses_sync(const struct fast_address_watch *watch)
{
	struct fast_instance *instance = NULL;
	int err, lock;

	err = fast_instance_open(&instance, watch->state);
	if (err)
		return err == -ENOENT ? 0 : err;
	lock = fast_lock(watch->state, NULL);
	err = lock < 0 ? lock : fast_instance_check(instance);
	if (!err)
		err = fast_address_sync(instance);
	if (lock >= 0)
		close(lock);
	fast_instance_close(instance);
	return err;
}

int fast_address_watch_look(struct fast_address_watch *watch)
{
	int err;

	if (changes_take(watch->socket))
		watch->due = true;
	if (!watch->due)
		return 0;
	err = addresses_sync(watch);
	watch->due = err == -EWOULDBLOCK;
	if (watch->due || err == watch->error_reported)
		return 0;
	watch->error_reported = err;
	return err;
}

void fast_address_watch_close(struct fast_address_watch *watch)
{
	if (!watch)
		return;
	if (watch->socket >= 0)
		close(watch->socket);
	free(watch->state);
	free(watch);
}
