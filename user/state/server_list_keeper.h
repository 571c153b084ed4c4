/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_KEEPER_H
#define SERVER_LIST_KEEPER_H

struct registry;

/*
 * Private to the registry: a process that stays root and does nothing but
 * announce a server where the path of its state directory leads to, for one that
 * does not stay root; registry_keep() begins it. In a directory of another user
 * it acts as that user, so that it does there no more than he could. What it
 * makes it hands over, lock and all.
 */

/* Have it do registry_look(), with the result of that; -EPIPE where there is no
 * such process, and nothing has changed. */
int registry_keeper_look(struct registry *registry);

/* Have it add up what servers left that have ended: 0 or -EPIPE. */
int registry_keeper_fold(const struct registry *registry);

/*
 * registry_keep - let a process do it that stays root
 *
 * For a server that does not: a directory that takes the place of its own may be
 * one that its user may not write. Call it before the first thread. Returns 0, or
 * -errno with error_set(): then it is announced as its user may.
 */
int registry_keep(struct registry *registry);

/* The socket for counters (serve_stats.h) that registry_keep()'s process made
 * beside the announcement; it is the caller's from now on. -1 for none. */
int registry_socket(struct registry *registry);

#endif
