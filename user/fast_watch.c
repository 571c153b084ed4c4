// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "error.h"
#include "fast_address.h"
#include "fast_attach.h"
#include "fast_instance.h"
#include "fast_missing.h"
#include "fast_name.h"
#include "fast_owner.h"
#include "fast_watch.h"

struct fast_watch {
	char *state;
	char folder[PATH_MAX]; /* of the instance, if there is one */
	int socket;
	int root; /* the folder of all instances, or -1 */
	int said; /* the latest error */
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

/* Held by a shared lock, so that it is not removed when it is empty, and found
 * again where this process may no longer search its parents. */
static int root_hold(struct fast_watch *watch)
{
	char path[PATH_MAX];

	if (fast_missing_bpffs())
		return 0;
	watch->root = fast_instance_root();
	if (watch->root < 0)
		return watch->root;
	snprintf(path, sizeof(path), "/proc/self/fd/%d%.*s", watch->root,
		 FAST_NAME_SIZE, strrchr(watch->folder, '/'));
	strcpy(watch->folder, path);
	return 0;
}

/* What is attached already was given to whom attach could know. */
static int become(struct fast_watch *watch, const char *user)
{
	struct fast_instance *instance = NULL;
	int err = root_hold(watch);

	if (err || fast_instance_open(&instance, watch->state))
		return err;
	err = fast_owner_give(fast_instance_folder(instance), user);
	fast_instance_close(instance);
	return err;
}

int fast_watch_open(struct fast_watch **result, const char *state,
		    const char *user)
{
	struct fast_watch *watch = calloc(1, sizeof(*watch));
	int err = -ENOMEM;

	if (watch)
		watch->state = strdup(state);
	if (!watch || !watch->state) {
		free(watch);
		return error_sys(err, "cannot follow the addresses");
	}
	watch->root = -1;
	watch->due = true;
	watch->socket = err = changes_open();
	if (err >= 0)
		err = fast_name_folder(watch->folder, state);
	if (err >= 0 && user && !geteuid())
		err = become(watch, user);
	if (err < 0) {
		fast_watch_close(watch);
		return err;
	}
	*result = watch;
	return 0;
}

int fast_watch_fd(const struct fast_watch *watch)
{
	return watch ? watch->socket : -1;
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

static int addresses_sync(const struct fast_watch *watch)
{
	struct fast_instance *instance = NULL;
	int err, lock;

	err = fast_instance_find(&instance, watch->state, watch->folder);
	if (err)
		return err == -ENOENT ? 0 : err;
	lock = fast_lock(watch->state, false);
	err = lock < 0 ? lock : fast_address_sync(instance);
	if (lock >= 0)
		close(lock);
	fast_instance_close(instance);
	return err;
}

int fast_watch_look(struct fast_watch *watch)
{
	int err;

	if (!watch)
		return 0;
	if (changes_take(watch->socket))
		watch->due = true;
	if (!watch->due)
		return 0;
	err = addresses_sync(watch);
	watch->due = err == -EWOULDBLOCK;
	if (watch->due || err == watch->said)
		return 0;
	watch->said = err;
	return err;
}

void fast_watch_close(struct fast_watch *watch)
{
	if (!watch)
		return;
	if (watch->socket >= 0)
		close(watch->socket);
	if (watch->root >= 0)
		close(watch->root);
	free(watch->state);
	free(watch);
}
