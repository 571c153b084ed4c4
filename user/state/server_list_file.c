// SPDX-License-Identifier: BSD-2-Clause
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "server_list_file.h"
#include "server_socket.h"

bool server_list_block_read(int fd, struct server_list_block *block)
{
	size_t head = offsetof(struct server_list_block, value);
	ssize_t len;

	memset(block, 0, sizeof(*block));
	len = pread(fd, block, sizeof(*block), SERVER_LIST_TEXT);
	return len >= (ssize_t)head && block->magic == SERVER_LIST_MAGIC &&
	       block->id && block->count <= SERVER_LIST_COUNTERS &&
	       len >= (ssize_t)(head + block->count * sizeof(uint64_t));
}

void server_list_forget(int dir, const char *name)
{
	server_socket_forget(dir, name);
	unlinkat(dir, name, 0);
}
