/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONN_BODY_H
#define CONN_BODY_H

#include <stdint.h>

#include "answer.h"

struct conn;
struct head;

/* A request is answered: what comes after its head decides how to go on. */
void conn_answered(struct conn *conn, const struct head *head,
		   enum answer_close close);

/* Read over what is there of its body: the bytes that are done with. */
uint32_t conn_drain(struct conn *conn, const uint8_t *data, uint32_t len);

#endif
