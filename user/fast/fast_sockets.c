// SPDX-License-Identifier: BSD-2-Clause
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "fast_sockets.h"

static void socket_add(struct fast_sockets *sockets, uint32_t inode)
{
	if (array_grow(&sockets->inode, &sockets->room, sockets->count + 1,
		       sizeof(inode)))
		sockets->unknown = true;
	else
		sockets->inode[sockets->count++] = inode;
}

void fast_sockets_add(struct fast_sockets *sockets, pid_t pid)
{
	char path[PATH_MAX], text[64];
	struct dirent *entry;
	uint32_t inode;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
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
}

bool fast_sockets_has(const struct fast_sockets *sockets, uint32_t inode)
{
	size_t i;

	for (i = 0; i < sockets->count; i++)
		if (sockets->inode[i] == inode)
			return true;
	return false;
}

void fast_sockets_free(struct fast_sockets *sockets)
{
	free(sockets->inode);
	memset(sockets, 0, sizeof(*sockets));
}
