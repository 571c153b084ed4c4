// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "conn.h"
#include "conn_send.h"
#include "proxy.h"
#include "proxy_pass.h"
#include "response.h"
#include "server_options.h"
#include "worker.h"

/* Give back to the connection what came after the request: 0 or -ENOMEM. */
static int proxy_return(struct proxy *proxy, const uint8_t *data, size_t len)
{
	struct conn_input *in = proxy->conn->in, *grown;
	size_t have = in ? in->len : 0;

	if (!in || in->cap - have < len) {
		grown = realloc(in, sizeof(*in) + have + len);
		if (!grown)
			return -ENOMEM;
		proxy->conn->in = in = grown;
		in->cap = have + len;
	}
	if (!have)
		head_init(&in->head, proxy->worker->options->head_size,
			  proxy->worker->options->target_size);
	memcpy(in->data + have, data, len);
	in->len = have + len;
	return 0;
}

enum proxy_result proxy_from_client(struct proxy *proxy)
{
	struct buffer *up = &proxy->up;
	size_t from;
	ssize_t n;

	if (proxy->up_failed || proxy->client_ended || !buffer_room(up))
		return PROXY_ON;
	if (proxy->stage != PROXY_TUNNEL && body_done(&proxy->request))
		return PROXY_ON;
	from = up->end;
	n = buffer_recv(up, proxy->conn->event.fd);
	if (n == -EAGAIN)
		return PROXY_ON;
	if (n < 0)
		return PROXY_GONE;
	proxy->moved = true;
	if (n == 0 && proxy->stage != PROXY_TUNNEL)
		return PROXY_GONE;
	if (n == 0)
		proxy->client_ended = true;
	if (proxy->stage == PROXY_TUNNEL)
		return PROXY_ON;
	n = body_scan(&proxy->request, up->data + from, n);
	if (n < 0)
		return PROXY_BAD_REQUEST;
	from += n;
	if (from < up->end &&
	    proxy_return(proxy, up->data + from, up->end - from))
		return PROXY_GONE;
	up->end = from;
	return PROXY_ON;
}

enum proxy_result proxy_to_fallback(struct proxy *proxy)
{
	struct buffer *up = &proxy->up;
	ssize_t n = 0;

	if (proxy->up_failed || proxy->stage == PROXY_CONNECT)
		return PROXY_ON;
	if (buffer_len(up))
		n = buffer_send(up, proxy->event.fd, buffer_len(up));
	if (n < 0 && n != -EAGAIN) {
		/* An answer may be there all the same. */
		proxy->up_failed = true;
		up->start = up->end;
		return PROXY_ON;
	}
	proxy->moved |= n > 0;
	if (proxy->client_ended && !buffer_len(up) && !proxy->up_ended) {
		proxy->up_ended = true;
		shutdown(proxy->event.fd, SHUT_WR);
	}
	return PROXY_ON;
}

/* From here on both sides may say what they like. */
static enum proxy_result proxy_upgrade(struct proxy *proxy)
{
	struct conn *conn = proxy->conn;
	int err = 0;

	proxy->stage = PROXY_TUNNEL;
	proxy->keep = false;
	if (conn->in)
		err = buffer_add(&proxy->up, conn->in->data, conn->in->len);
	free(conn->in);
	conn->in = NULL;
	return err ? PROXY_GONE : PROXY_ON;
}

static bool proxy_keeps(const struct proxy *proxy)
{
	if (!head_persists(&proxy->head) || proxy->response.kind == BODY_CLOSE)
		return false;
	/* Without a word of it, an HTTP/1.0 client waits for the end. */
	return proxy->close != ANSWER_KEEP_10 ||
	       proxy->head.flags & HEAD_KEEP_ALIVE;
}

/* It is no answer yet. HTTP/1.0 does not know it (RFC 9110 15.2). */
static void proxy_interim(struct proxy *proxy)
{
	struct head *head = &proxy->head;

	if (proxy->to_http_10) {
		proxy->down.start += head->len;
	} else {
		proxy->ready += head->len;
		proxy->heads += head->len;
	}
	head_init(head, RESPONSE_HEAD_MAX, 0);
}

/* The response's head is there. */
static enum proxy_result proxy_head(struct proxy *proxy, int status)
{
	struct head *head = &proxy->head;

	if (status >= 100 && status < 200 && status != 101) {
		proxy_interim(proxy);
		return PROXY_ON;
	}
	if (response_body(&proxy->response, head, status, proxy->to_head) ||
	    (status == 101 && !proxy->upgrade))
		return PROXY_BAD_GATEWAY;
	proxy->ready += head->len;
	proxy->heads += head->len;
	proxy->status = status;
	proxy->begun = true;
	if (status == 101)
		return proxy_upgrade(proxy);
	proxy->stage = PROXY_BODY;
	proxy->keep = proxy_keeps(proxy);
	return PROXY_ON;
}

/* Decide how much of what came from the fallback may go to the client. */
static enum proxy_result proxy_scan(struct proxy *proxy)
{
	struct buffer *down = &proxy->down;
	enum proxy_result result;
	enum proxy_stage stage;
	ssize_t n;

	do {
		const uint8_t *at = down->data + down->start + proxy->ready;
		size_t len = buffer_len(down) - proxy->ready;
		int status = 0;

		stage = proxy->stage;
		if (stage == PROXY_TUNNEL) {
			proxy->ready += len;
			return PROXY_ON;
		}
		if (stage == PROXY_BODY) {
			n = body_scan(&proxy->response, at, len);
			if (n < 0)
				return PROXY_BAD_GATEWAY;
			proxy->ready += n;
			return PROXY_ON;
		}
		n = response_scan(&proxy->head, at, len, &status);
		if (n <= 0)
			return n ? PROXY_BAD_GATEWAY : PROXY_ON;
		result = proxy_head(proxy, status);
		if (result != PROXY_ON)
			return result;
	} while (proxy->ready < buffer_len(down) || stage != proxy->stage);
	return PROXY_ON;
}

/* Whether the end that the fallback has made is the response's regular one. */
static bool proxy_whole(const struct proxy *proxy, int err)
{
	if (proxy->stage == PROXY_TUNNEL)
		return !err;
	if (proxy->stage != PROXY_BODY)
		return false;
	if (body_done(&proxy->response))
		return true;
	return proxy->response.kind == BODY_CLOSE && !err && !proxy->up_failed;
}

static enum proxy_result proxy_ended(struct proxy *proxy, int err)
{
	if (!proxy_whole(proxy, err))
		return PROXY_BAD_GATEWAY;
	event_close(&proxy->event);
	proxy->down_ended = true;
	proxy->up_failed = true;
	return PROXY_ON;
}

enum proxy_result proxy_from_fallback(struct proxy *proxy)
{
	struct buffer *down = &proxy->down;
	ssize_t n;

	if (!down->data && buffer_init(down, PROXY_BUFFER))
		return PROXY_BAD_GATEWAY;
	if (!buffer_room(down))
		return PROXY_ON;
	n = buffer_recv(down, proxy->event.fd);
	if (n == -EAGAIN)
		return PROXY_ON;
	if (n <= 0)
		return proxy_ended(proxy, n);
	proxy->moved = true;
	return proxy_scan(proxy);
}

enum proxy_result proxy_to_client(struct proxy *proxy)
{
	ssize_t n;

	n = conn_flush(proxy->conn);
	if (n <= 0)
		return n ? PROXY_GONE : PROXY_ON;
	if (!proxy->ready)
		return PROXY_ON;
	n = buffer_send(&proxy->down, proxy->conn->event.fd, proxy->ready);
	if (n == -EAGAIN)
		return PROXY_ON;
	if (n < 0)
		return PROXY_GONE;
	proxy->ready -= n;
	proxy->passed += n;
	proxy->sent = true;
	proxy->moved = true;
	return PROXY_ON;
}
