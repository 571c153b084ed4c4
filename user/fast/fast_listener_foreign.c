// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "array.h"
#include "fast_listener.h"
#include "fast_listener_foreign.h"
#include "server_list_read.h"

/* The sockets of the servers of a state directory. */
struct sockets {
	uint32_t *inode;
	size_t count, room;
	bool unknown; /* there are servers that cannot be looked at */
};

static void socket_add(struct sockets *sockets, uint32_t inode)
{
	if (array_grow(&sockets->inode, &sockets->room, sockets->count + 1,
		       sizeof(inode)))
		sockets->unknown = true;
	else
		sockets->inode[sockets->count++] = inode;
}

static int server_look(const struct server_list_entry *server, void *arg)
{
	char path[PATH_MAX], text[64];
	struct sockets *sockets = arg;
	struct dirent *entry;
	uint32_t inode;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)server->pid);
	dir = opendir(path);
	if (!dir)
		sockets->unknown = true;
	while (dir && (entry = readdir(dir))) {
		len = readlinkat(dirfd(dir), entry->d_name, text,
				 sizeof(text) - 1);
		text[len < 0 ? 0 : len] = '\0';
		if (sscanf(text, "socket:[%" SCNu32 "]", &inode) == 1)
			socket_add(sockets, inode);
	}
	if (dir)
		closedir(dir);
	return 0;
}

static bool is_ours(const struct sockets *sockets, uint32_t inode)
{
	size_t i;

	for (i = 0; i < sockets->count; i++)
		if (sockets->inode[i] == inode)
			return true;
	return false;
}

bool fast_listener_foreign(const struct fast_listener_list *list, uint16_t port,
			   const struct fast_listener_place *place,
			   const char *state)
{
	struct sockets sockets = {.count = 0};
	const struct fast_listener *listener = list->listener;
	bool foreign = false;
	size_t i;

	if (server_list_each(state, server_look, &sockets))
		sockets.unknown = true;
	for (i = 0; i < list->count && !sockets.unknown; i++, listener++)
		foreign |= listener->port == port && listener->inode &&
			   fast_listener_serves(listener, place) &&
			   !is_ours(&sockets, listener->inode);
	free(sockets.inode);
	return foreign;
}
