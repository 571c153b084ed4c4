/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_REQUEST_H
#define CONN_REQUEST_H

#include <stdint.h>

#include "answer.h"

struct conn;
struct head;

/*
 * conn_request - scan one request, and answer it
 *
 * Returns the bytes that it is done with, or 0 when it needs more of them, or
 * needs what was answered so far to be sent first.
 */
uint32_t conn_request(struct conn *conn, struct head *head, const uint8_t *data,
		      uint32_t len);

/* Answer without a rule; and close. */
void conn_status(struct conn *conn, int status, enum answer_close close);
void conn_refuse(struct conn *conn, int status);

#endif
