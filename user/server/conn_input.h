/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_INPUT_H
#define CONN_INPUT_H

#include <stdint.h>

struct conn;
struct head;

/*
 * conn_room - where the next bytes go
 * @head: receives how far the scan of what is there has got
 * @data: receives the start of what is there; have of it, cap at most
 *
 * Returns 0 or -ENOMEM.
 */
int conn_room(struct conn *conn, struct head *head, uint8_t **data,
	      uint32_t *have, uint32_t *cap);

/* Keep what could not be taken (it may be a part of what is kept already), if
 * it will be needed; 0 or -ENOMEM. And drop it. */
int conn_keep(struct conn *conn, const struct head *head, const uint8_t *rest,
	      uint32_t len);
void conn_drop(struct conn *conn);

#endif
