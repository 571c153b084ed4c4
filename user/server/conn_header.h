/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_HEADER_H
#define CONN_HEADER_H

#include <stdint.h>

struct conn;
struct head;

/*
 * conn_header - take the PROXY header that a connection is to begin with
 * @head: of the request behind it, not begun
 *
 * Returns how many bytes it has, or -1: nothing comes behind it yet, and it is
 * waited for, or the connection is closed.
 */
int conn_header(struct conn *conn, const struct head *head, const uint8_t *data,
		uint32_t len);

#endif
