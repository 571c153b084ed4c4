/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROXY_TURN_H
#define PROXY_TURN_H

#include <stdint.h>

#include "answer.h"
#include "proxy.h"

/*
 * proxy_start - pass a request on
 * @head: its head, complete, at data
 * @close: what becomes of the client's connection, as the request has it
 * @taken: receives the bytes of the head and of what is there of the body
 *
 * Returns PROXY_ON when it is on its way: conn->proxy has it, and the caller
 * sets what its event is to run. Or the status to answer.
 */
enum proxy_result proxy_start(struct conn *conn, const struct head *head,
			      const uint8_t *data, uint32_t len,
			      enum answer_close close, uint32_t *taken);

/*
 * proxy_turn - move what can be moved
 * @client:   what epoll reports of the client's socket, or 0
 * @fallback: the same of proxy->event
 *
 * Returns PROXY_ON when the request goes on. PROXY_GONE: the connection was
 * closed, and the proxy with it. PROXY_DONE, or the status to answer: the
 * caller frees the proxy; proxy->close says what becomes of the connection.
 */
enum proxy_result proxy_turn(struct proxy *proxy, uint32_t client,
			     uint32_t fallback);

/* The connection's timer is due. Returns what proxy_turn() does. */
enum proxy_result proxy_expire(struct proxy *proxy);

#endif
