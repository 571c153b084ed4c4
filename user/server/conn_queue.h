/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_QUEUE_H
#define CONN_QUEUE_H

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

#endif
