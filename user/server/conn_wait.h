/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_WAIT_H
#define CONN_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "timer.h"

struct conn;

/* Set the timer anew, as one of a kind. */
void conn_wait(struct conn *conn, enum timer_kind kind);

/* Wait for bytes of the client; after some of them, wait on, but for no longer
 * in all than CONN_TIMES the kind's timeout. */
enum { CONN_TIMES = 6 };
void conn_wait_from(struct conn *conn, enum timer_kind kind);
void conn_wait_on(struct conn *conn, enum timer_kind kind);

/* Wait for a request. A rest of what was read is a part of its head: then for
 * all of this, from now on if the bytes before it were of use. */
void conn_wait_request(struct conn *conn, bool rest, bool used);

/* Since when, in milliseconds, it has waited for the client. */
uint64_t conn_since(const struct conn *conn);

#endif
