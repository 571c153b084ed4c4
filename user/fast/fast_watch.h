/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_WATCH_H
#define FAST_WATCH_H

struct fast_watch;

/*
 * A server's care for the addresses of what is attached: it follows them itself
 * (fast_address_watch.h), or has a process for it (fast_keeper.h).
 */

/*
 * fast_watch_open - begin, while still root if the server was started by it
 * @user: who it becomes, or NULL; then a process that stays root does it, since
 *        a stock /sys/fs/bpf is root's alone
 *
 * Call it before the first thread. Returns 0, or -errno with error_set() when
 * addresses will not be followed: the caller warns and goes on. Where the fast
 * path cannot be, it is 0.
 */
int fast_watch_open(struct fast_watch **watch, const char *state,
		    const char *user);

/* A descriptor that becomes readable when addresses change, or -1. */
int fast_watch_fd(const struct fast_watch *watch);

/*
 * fast_watch_look - do what is due; to be called when the descriptor is
 * readable, and now and then
 *
 * Returns 0, or -errno with error_set(), once for each cause.
 */
int fast_watch_look(struct fast_watch *watch);

/* Accepts NULL. */
void fast_watch_close(struct fast_watch *watch);

#endif
