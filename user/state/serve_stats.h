/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_STATS_H
#define SERVE_STATS_H

#include <stdint.h>

#include "serve_counter.h"

/*
 * A server's counters, and how another process gets at them: a socket beside
 * the server's announcement (server_socket.h), that gives their sums to
 * everyone who connects and closes. Workers count in memory of their own: in a
 * file mapped into all of them, a worker's increment could wait for the disk,
 * and a full one or a file cut short would kill the server.
 */
struct serve_stats;
struct server_list;

/*
 * serve_stats_new - counters for so many workers, all zero
 *
 * Returns 0 or -ENOMEM with error_set().
 */
int serve_stats_new(struct serve_stats **stats, unsigned int workers);

/*
 * serve_stats_keep - write the sums into the server's announcement
 * @list: may be NULL
 *
 * Done by itself before they are told to anyone, so that nobody ever sees less
 * than he has seen, however the server ends, and by the close. Others call it
 * now and then.
 */
void serve_stats_keep(struct serve_stats *stats, struct server_list *list);

/* Those of one worker, from 0. */
struct serve_counters *serve_stats_worker(struct serve_stats *stats,
					  unsigned int worker);

/*
 * serve_stats_listen - have a socket
 * @path: of the announcement
 * @fd:   from server_socket_make(), or -1: it is made here
 *
 * May be called again where the announcement is another one; the old socket is
 * removed with that.
 *
 * Who connects waits until serve_stats_start() or _close(). Returns 0 or
 * -errno with error_set().
 */
int serve_stats_listen(struct serve_stats *stats, const char *path, int fd);

/* Answer from a thread of its own, until the close; 0 or -errno with
 * error_set(). Nothing to do without a socket. */
int serve_stats_start(struct serve_stats *stats);

/* No worker may be running any more. Removes the socket. Accepts NULL. */
void serve_stats_close(struct serve_stats *stats);

#endif
