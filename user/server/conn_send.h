/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_SEND_H
#define CONN_SEND_H

#include "timer.h"

struct conn;
struct worker;

/*
 * Send the answers of this turn, not before others of this round have theirs,
 * too: the kernel's code and the other end's are run many times on end then.
 */
void conn_queue(struct conn *conn);
void conn_send_queue(struct worker *worker);

/* Send the answers of this turn at once; what the socket does not take is kept.
 * The connection may be closed after it. */
void conn_send(struct conn *conn);

/* Send what was kept: 1 if nothing is left, 0 if something is, or -errno. */
int conn_flush(struct conn *conn);

/* Wait for bytes of the client; after some of them, wait on, but not for longer
 * than CONN_TIMES the kind's timeout in all. */
void conn_wait_from(struct conn *conn, enum timer_kind kind);
void conn_wait_on(struct conn *conn, enum timer_kind kind);

/* Have the kernel acknowledge what was read, if no answer will do so at once: a
 * client's next segment may wait for it. */
void conn_acknowledge(struct conn *conn);
void conn_linger(struct conn *conn);
void conn_discard(struct conn *conn);

#endif
