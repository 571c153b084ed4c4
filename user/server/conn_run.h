/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_RUN_H
#define CONN_RUN_H

#include <stdbool.h>

struct conn;
struct sockaddr;
struct worker;
struct worker_listener;

/* Take an accepted socket, for which the worker has taken a place, and at once
 * what its client has sent. peer: who it is; may be NULL where the listener is
 * not of proxy. */
void conn_open(struct worker *worker, int fd,
	       const struct worker_listener *listener,
	       const struct sockaddr *peer);

/* The timer is due. */
void conn_expire(struct conn *conn);

/*
 * conn_yield - give the place of one that waits to a new connection
 *
 * A request that has come meanwhile is taken, and then it keeps its place. Else
 * the connection ends in stages (RFC 9112 9.6): it is lingered on without a
 * place, as long as there are few of that kind. Whether the place is free.
 */
bool conn_yield(struct conn *conn);

/* The server stops: close it if it is idle and has sent nothing more. */
void conn_stop(struct conn *conn);

#endif
