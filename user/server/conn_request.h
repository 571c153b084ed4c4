/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_REQUEST_H
#define CONN_REQUEST_H

#include <stdint.h>

#include "proxy.h"

struct conn;
struct head;

/*
 * conn_process - a turn: answer all that is complete in what came in
 * @head: how far the scan of the first request has got
 * @data: what was kept (conn_input.h) and read after it
 *
 * The rest is kept. The connection may be closed after it, as after the others.
 */
void conn_process(struct conn *conn, struct head *head, const uint8_t *data,
		  uint32_t len);

/* The same with what was kept alone, if anything was. */
void conn_process_kept(struct conn *conn);

/* Answer without a rule, and close when that is sent. */
void conn_refuse(struct conn *conn, int status);

/* The proxy's turn has come to this. If its request has ended, answer in the
 * fallback's stead where there is a status, and go on with what was kept. */
void conn_proxied(struct conn *conn, enum proxy_result result);

#endif
