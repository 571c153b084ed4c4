/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KEEPER_H
#define KEEPER_H

#include <stdint.h>

/* What processes have in common that stay root beside a server which does not:
 * they end with it, have nothing of it and can do little. */

/*
 * keeper_fork - as fork(): the process's id, 0 in it, or -errno
 * @name: of the process, at most 15 bytes
 *
 * Signals to the group of the server are for the server. Nobody waits for
 * children from then on.
 */
int keeper_fork(const char *name);

/*
 * keeper_descriptors - in the child: keep no others than these
 * @fd: of count descriptors; receives their numbers from now on, from 3
 *
 * Listeners and locks of the server end with the server, and so does what reads
 * its messages. Returns 0 or -errno.
 */
int keeper_descriptors(int *fd, int count);

/*
 * keeper_confine - in the child: have at most these capabilities, a bit each, and
 * the system calls of confine_calls() where the kernel has filters
 */
void keeper_confine(uint64_t capabilities, unsigned int may);

#endif
