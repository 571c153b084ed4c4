/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_WATCH_H
#define FAST_WATCH_H

#include <stdbool.h>

struct fast_reader_fds;
struct fast_watch;

/*
 * A server's care for what is attached: for its addresses, which it follows
 * itself (fast_address_watch.h) or has a process follow (fast_keeper.h), and for
 * its arena, which it can read (fast_reader.h).
 */

/*
 * fast_watch_open - begin, while still root if the server was started by it
 *
 * A process that stays root then does it, since a stock /sys/fs/bpf is root's
 * alone, and the server gives up its capabilities. Call it before the first thread. Returns 0, or -errno with error_set() when
 * addresses will not be followed: the caller warns and goes on. Where the fast
 * path cannot be, it is 0.
 */
int fast_watch_open(struct fast_watch **watch, const char *state);

/*
 * fast_watch_share - be given arenas from now on
 * @sealed: this process cannot map what others may write; false: never be given
 *          one by another process, which stays root
 *
 * Once this process is who it stays.
 */
void fast_watch_share(struct fast_watch *watch, bool sealed);

/* Whether this process does it itself. Accepts NULL. */
bool fast_watch_here(const struct fast_watch *watch);

/* A descriptor that becomes readable when addresses change, or -1. */
int fast_watch_fd(const struct fast_watch *watch);

/*
 * fast_watch_look - do what is due; to be called when the descriptor is
 * readable, and now and then
 * @fds: receives an arena that may be read from now on; .arena is -1 for none
 *
 * Returns 0, or -errno with error_set(), once for each cause.
 */
int fast_watch_look(struct fast_watch *watch, struct fast_reader_fds *fds);

/* Accepts NULL. */
void fast_watch_close(struct fast_watch *watch);

#endif
