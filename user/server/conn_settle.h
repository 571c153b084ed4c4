/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_SETTLE_H
#define CONN_SETTLE_H

struct conn;

/*
 * conn_settle - go on after a turn
 *
 * That is to close, to begin to linger, or to wait for what is needed next; but
 * nothing before what is queued is sent. To linger is to end what is sent and
 * read on: a reset for unread bytes would destroy what the client has not read
 * yet (RFC 9112 9.6).
 */
void conn_settle(struct conn *conn);

/* Throw away what comes on one that lingers. It waits for --linger after each
 * read, as conn_wait_on() has it. */
void conn_discard(struct conn *conn);

#endif
