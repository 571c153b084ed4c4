/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "body.h"

struct head;

enum { RESPONSE_HEAD_MAX = 65536 };

/*
 * response_scan - scan the head of a response
 * @head:   as head_init() (with RESPONSE_HEAD_MAX) or the last call left it
 * @status: receives the status code, 100 to 999
 *
 * Returns 1 when it is complete, 0 when more is needed, or -EBADMSG.
 */
int response_scan(struct head *head, const uint8_t *buf, uint32_t len,
		  int *status);

/*
 * response_body - how the response's body is framed (RFC 9112 6.3)
 * @to_head: it answers a HEAD request
 *
 * Returns 0, or -EBADMSG for framing that can be read in two ways.
 */
int response_body(struct body *body, const struct head *head, int status,
		  bool to_head);

#endif
