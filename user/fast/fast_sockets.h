/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_SOCKETS_H
#define FAST_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The sockets of processes, by the inodes that the kernel lists them with. */
struct fast_sockets {
	uint32_t *inode;
	size_t count, room;
	bool unknown; /* there are processes that cannot be looked at */
};

/* Add those of a process. */
void fast_sockets_add(struct fast_sockets *sockets, pid_t pid);

/* Whether one of them has that inode. */
bool fast_sockets_has(const struct fast_sockets *sockets, uint32_t inode);

/* Accepts one that is all zero. */
void fast_sockets_free(struct fast_sockets *sockets);

#endif
