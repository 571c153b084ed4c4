/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_SEND_H
#define CONN_SEND_H

struct conn;
struct worker;

/*
 * conn_queue - send the answers of this turn together with others
 *
 * They wait in the worker's outbox until other connections of this round have
 * theirs: then the kernel's code and the other end's run many times on end.
 * conn_send_queue() sends all that wait.
 */
void conn_queue(struct conn *conn);
void conn_send_queue(struct worker *worker);

/* Send the answers of this turn at once; what the socket does not take is kept.
 * The connection may be closed after it. */
void conn_send(struct conn *conn);

/* Send what was kept: 1 if nothing is left, 0 if something is, or -errno. */
int conn_flush(struct conn *conn);

/* Have the kernel acknowledge what was read, if no answer will do so at once: a
 * client's next segment may wait for it. */
void conn_acknowledge(struct conn *conn);

/*
 * conn_linger - end what is sent, and begin to read on
 *
 * A reset for unread bytes would destroy what the client has not read yet (RFC
 * 9112 9.6). conn_discard() throws away what comes; the wait is --linger after
 * each read, as conn_wait_on() has it.
 */
void conn_linger(struct conn *conn);
void conn_discard(struct conn *conn);

#endif
