/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_READERS_H
#define FAST_READERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Who reads an arena beside the programs: a process has a read lock (fcntl, of
 * the open file) on the bytes that an area has in the arena, so the kernel takes
 * it away when the process ends, however it does. The locks are on a folder of
 * the instance, which nobody but root may open: it is made with the arena and
 * goes with it, and what is pinned anew has another one.
 *
 * A reader locks, and looks again whether the area is still live. The command
 * that gives memory back switches first, and then looks for locks: so one of
 * the two sees the other.
 */

/* The folder's name in the instance's, which no interface can have. */
#define FAST_READERS "arena_readers"

/* Make it: 0 or -errno with error_set(). */
int fast_readers_make(const char *instance);

/* A descriptor to lock or to look with; -ENOENT without such a folder. Locks
 * are of the descriptor, and of its duplicates. */
int fast_readers_open(const char *instance);

/* Lock an area, or give it free: 0 or -errno. */
int fast_readers_hold(int readers, uint64_t at, uint64_t size);
void fast_readers_leave(int readers, uint64_t at, uint64_t size);

/* Whether anybody else has a lock there. For -ENOENT, of an instance without the
 * folder, nobody has; what cannot be told counts as read. */
bool fast_readers_any(int readers, uint64_t at, uint64_t size);

/* Whether the instance is there no more: its arena is nobody's but ours. */
bool fast_readers_gone(int readers);

#endif
