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
#include "server.h"
#include "worker.h"

/* Give back to the connection what came behind the request. */
static int proxy_return(struct proxy *proxy, const uint8_t *data, size_t len)
{
	struct conn_input *in = proxy->conn->in, *grown;
	size_t have = in ? in->len : 0;

	if (!in || in->cap - have < len) {
		grown = realloc(in, sizeof(*in) + have + len);
		if (!grown)
			return PROXY_GONE;
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

int proxy_from_client(struct proxy *proxy)
{
	struct buffer *up = &proxy->up;
	size_t from;
	ssize_t n;

	if (proxy->up_failed || proxy->client_ended || !buffer_room(up))
		return 0;
	if (proxy->stage != PROXY_TUNNEL && body_done(&proxy->request))
		return 0;
	from = up->end;
	n = buffer_recv(up, proxy->conn->event.fd);
	if (n == -EAGAIN)
		return 0;
	if (n < 0)
		return PROXY_GONE;
	proxy->moved = true;
	if (n == 0 && proxy->stage != PROXY_TUNNEL)
		return PROXY_GONE;
	if (n == 0)
		proxy->client_ended = true;
	if (proxy->stage == PROXY_TUNNEL)
		return 0;
	n = body_scan(&proxy->request, up->data + from, n);
	if (n < 0)
		return 400;
	from += n;
	if (from < up->end &&
	    proxy_return(proxy, up->data + from, up->end - from))
		return PROXY_GONE;
	up->end = from;
	return 0;
}

int proxy_to_fallback(struct proxy *proxy)
{
	struct buffer *up = &proxy->up;
	ssize_t n = 0;

	if (proxy->up_failed || proxy->stage == PROXY_CONNECT)
		return 0;
	if (buffer_len(up))
		n = buffer_send(up, proxy->event.fd, buffer_len(up));
	if (n < 0 && n != -EAGAIN) {
		/* An answer may be there all the same. */
		proxy->up_failed = true;
		up->start = up->end;
		return 0;
	}
	proxy->moved |= n > 0;
	if (proxy->client_ended && !buffer_len(up) && !proxy->up_ended) {
		proxy->up_ended = true;
		shutdown(proxy->event.fd, SHUT_WR);
	}
	return 0;
}

/* From here on both sides may say what they like. */
static int proxy_upgrade(struct proxy *proxy)
{
	struct conn *conn = proxy->conn;
	int err = 0;

	proxy->stage = PROXY_TUNNEL;
	proxy->keep = false;
	if (conn->in)
		err = buffer_add(&proxy->up, conn->in->data, conn->in->len);
	free(conn->in);
	conn->in = NULL;
	return err ? PROXY_GONE : 0;
}

static bool proxy_keeps(const struct proxy *proxy)
{
	if (!head_persists(&proxy->head) || proxy->response.kind == BODY_CLOSE)
		return false;
	/* Without a word of it, an HTTP/1.0 client waits for the end. */
	return proxy->close != ANSWER_KEEP_10 ||
	       proxy->head.flags & HEAD_KEEP_ALIVE;
}

/* The response's head is there. */
static int proxy_head(struct proxy *proxy, int status)
{
	struct head *head = &proxy->head;

	if (status >= 100 && status < 200 && status != 101) {
		proxy->ready += head->len;
		head_init(head, RESPONSE_HEAD_MAX, 0);
		return 0;
	}
	if (response_body(&proxy->response, head, status, proxy->to_head) ||
	    (status == 101 && !proxy->upgrade))
		return 502;
	proxy->ready += head->len;
	proxy->begun = true;
	if (status == 101)
		return proxy_upgrade(proxy);
	proxy->stage = PROXY_BODY;
	proxy->keep = proxy_keeps(proxy);
	return 0;
}

/* Decide how much of what came from the fallback may go to the client. */
static int proxy_scan(struct proxy *proxy)
{
	struct buffer *down = &proxy->down;
	enum proxy_stage stage;
	ssize_t n;

	do {
		const uint8_t *at = down->data + down->start + proxy->ready;
		size_t len = buffer_len(down) - proxy->ready;
		int status = 0;

		stage = proxy->stage;
		if (stage == PROXY_TUNNEL) {
			proxy->ready += len;
			return 0;
		}
		if (stage == PROXY_BODY) {
			n = body_scan(&proxy->response, at, len);
			if (n < 0)
				return 502;
			proxy->ready += n;
			return 0;
		}
		n = response_scan(&proxy->head, at, len, &status);
		if (n <= 0)
			return n ? 502 : 0;
		status = proxy_head(proxy, status);
		if (status)
			return status;
	} while (proxy->ready < buffer_len(down) || stage != proxy->stage);
	return 0;
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

static int proxy_ended(struct proxy *proxy, int err)
{
	if (!proxy_whole(proxy, err))
		return 502;
	event_close(&proxy->event);
	proxy->down_ended = true;
	proxy->up_failed = true;
	return 0;
}

int proxy_from_fallback(struct proxy *proxy)
{
	struct buffer *down = &proxy->down;
	ssize_t n;

	if (!down->data && buffer_init(down, PROXY_BUFFER))
		return 502;
	if (!buffer_room(down))
		return 0;
	n = buffer_recv(down, proxy->event.fd);
	if (n == -EAGAIN)
		return 0;
	if (n <= 0)
		return proxy_ended(proxy, n);
	proxy->moved = true;
	return proxy_scan(proxy);
}

int proxy_to_client(struct proxy *proxy)
{
	ssize_t n;

	n = conn_flush(proxy->conn);
	if (n <= 0)
		return n ? PROXY_GONE : 0;
	if (!proxy->ready)
		return 0;
	n = buffer_send(&proxy->down, proxy->conn->event.fd, proxy->ready);
	if (n == -EAGAIN)
		return 0;
	if (n < 0)
		return PROXY_GONE;
	proxy->ready -= n;
	proxy->sent = true;
	proxy->moved = true;
	return 0;
}
