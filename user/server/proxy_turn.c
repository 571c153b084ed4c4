// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "conn.h"
#include "conn_send.h"
#include "fallback.h"
#include "forward.h"
#include "proxy.h"
#include "proxy_header.h"
#include "proxy_pass.h"
#include "proxy_turn.h"
#include "response.h"
#include "server_options.h"
#include "worker.h"
#include "worker_spare.h"

enum { PROXY_SOCKET = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC };

/* Have another client's connection give its descriptor. */
static bool proxy_spare(struct proxy *proxy)
{
	/* This one is not idle any more, and its timer is set soon. */
	timer_clear(&proxy->conn->timer);
	return worker_spare(proxy->worker);
}

/* Begin to connect to the next address that lets us: 0 or -errno. */
static int proxy_connect(struct proxy *proxy)
{
	int err = -EHOSTUNREACH, on = 1;

	while (proxy->address < proxy->to.count) {
		const union fallback_address *to =
			&proxy->to.address[proxy->address++];
		int fd = socket(to->any.sa_family, PROXY_SOCKET, 0);

		if (fd < 0 && errno == EMFILE && proxy_spare(proxy))
			fd = socket(to->any.sa_family, PROXY_SOCKET, 0);
		if (fd < 0) {
			err = -errno;
			continue;
		}
		event_close(&proxy->event);
		proxy->event.fd = fd;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (!connect(fd, &to->any, fallback_len(to)) ||
		    errno == EINPROGRESS)
			return 0;
		err = -errno;
	}
	return err;
}

/* The connection is made, or has failed: then the next address is tried. */
static enum proxy_result proxy_connected(struct proxy *proxy)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(proxy->event.fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	if (err)
		return proxy_connect(proxy) ? PROXY_BAD_GATEWAY : PROXY_ON;
	proxy->stage = PROXY_HEAD;
	proxy->moved = true;
	return PROXY_ON;
}

static enum timer_kind proxy_timer(const struct proxy *proxy)
{
	if (proxy->ready || proxy->conn->out)
		return TIMER_STALL;
	if (proxy->stage == PROXY_TUNNEL)
		return TIMER_TUNNEL;
	if (proxy->stage != PROXY_CONNECT && !body_done(&proxy->request) &&
	    !buffer_len(&proxy->up) && !proxy->up_failed)
		return TIMER_STALL;
	return TIMER_FALLBACK;
}

static uint32_t proxy_client_mask(struct proxy *proxy)
{
	uint32_t mask = proxy->ready || proxy->conn->out ? EPOLLOUT : 0;
	bool more = proxy->stage == PROXY_TUNNEL ? !proxy->client_ended
						 : !body_done(&proxy->request);

	if (more && !proxy->up_failed && buffer_room(&proxy->up))
		mask |= EPOLLIN;
	return mask;
}

static uint32_t proxy_fallback_mask(struct proxy *proxy)
{
	struct buffer *down = &proxy->down;
	uint32_t mask = 0;

	if (proxy->stage == PROXY_CONNECT)
		return EPOLLOUT;
	if (!down->data || buffer_room(down))
		mask |= EPOLLIN;
	if (buffer_len(&proxy->up) && !proxy->up_failed)
		mask |= EPOLLOUT;
	return mask;
}

/* Set what is waited for, and how long. */
static enum proxy_result proxy_settle(struct proxy *proxy)
{
	struct worker *worker = proxy->worker;
	struct conn *conn = proxy->conn;
	enum timer_kind kind = proxy_timer(proxy);
	uint32_t mask = proxy_fallback_mask(proxy);

	if (proxy->moved || conn->timer.kind != kind)
		timer_set(&worker->timers, &conn->timer, kind, worker->now);
	proxy->moved = false;
	if (event_watch(&conn->event, worker->epoll, proxy_client_mask(proxy)))
		return PROXY_BAD_GATEWAY;
	if (proxy->event.fd < 0)
		return PROXY_ON;
	/* A socket that has failed is reported whatever the mask. */
	if (!mask)
		event_forget(&proxy->event, worker->epoll);
	else if (event_watch(&proxy->event, worker->epoll, mask))
		return PROXY_BAD_GATEWAY;
	return PROXY_ON;
}

/* The response is with the client. */
static enum proxy_result proxy_end(struct proxy *proxy)
{
	if (!proxy->keep || !body_done(&proxy->request) ||
	    proxy->worker->stopping)
		proxy->close = ANSWER_CLOSE;
	worker_count(proxy->worker, SERVE_PROXIED_DONE);
	return PROXY_DONE;
}

static enum serve_counter proxy_why(enum proxy_result result)
{
	if (result == PROXY_GONE)
		return SERVE_CLOSED_CLIENT;
	return result == PROXY_TIMEOUT ? SERVE_CLOSED_IDLE : SERVE_CLOSED_PROXY;
}

/* Leave the answer to the connection, or end this without pretending to be
 * complete. */
static enum proxy_result proxy_fail(struct proxy *proxy,
				    enum proxy_result result)
{
	struct conn *conn = proxy->conn;
	bool open_ended = proxy->response.kind == BODY_CLOSE;

	if (!proxy->sent) {
		proxy->begun = false;
		proxy->ready = 0;
	}
	if (proxy->begun && !open_ended) {
		conn_close(conn, proxy_why(result));
		return PROXY_GONE;
	}
	if (proxy->begun || proxy->ready || result == PROXY_GONE) {
		conn_abort(conn, proxy_why(result));
		return PROXY_GONE;
	}
	if (proxy->has_body || proxy->worker->stopping)
		proxy->close = ANSWER_CLOSE;
	worker_count(proxy->worker, SERVE_PROXIED_FAILED);
	return result;
}

static bool proxy_complete(const struct proxy *proxy)
{
	if (proxy->ready || proxy->conn->out)
		return false;
	if (proxy->down_ended)
		return true;
	return proxy->stage == PROXY_BODY && body_done(&proxy->response);
}

enum proxy_result proxy_turn(struct proxy *proxy, uint32_t client,
			     uint32_t fallback)
{
	enum proxy_result result = PROXY_ON;

	if (client & (EPOLLERR | EPOLLHUP))
		result = PROXY_GONE;
	else if (fallback && proxy->stage == PROXY_CONNECT)
		result = proxy_connected(proxy);
	else if (fallback & (EPOLLIN | EPOLLERR | EPOLLHUP))
		result = proxy_from_fallback(proxy);
	if (result == PROXY_ON && client & EPOLLIN)
		result = proxy_from_client(proxy);
	if (result == PROXY_ON)
		result = proxy_to_fallback(proxy);
	if (result == PROXY_ON)
		result = proxy_to_client(proxy);
	if (result == PROXY_ON && proxy_complete(proxy))
		return proxy_end(proxy);
	if (result == PROXY_ON)
		result = proxy_settle(proxy);
	return result == PROXY_ON ? result : proxy_fail(proxy, result);
}

/* An address that does not answer is passed over for the next one. */
static enum proxy_result proxy_late(struct proxy *proxy)
{
	enum proxy_result result = PROXY_GATEWAY_TIMEOUT;

	if (proxy->stage == PROXY_CONNECT && !proxy_connect(proxy)) {
		proxy->moved = true;
		result = proxy_settle(proxy);
	}
	return result == PROXY_ON ? result : proxy_fail(proxy, result);
}

enum proxy_result proxy_expire(struct proxy *proxy)
{
	if (proxy->ready || proxy->conn->out) {
		conn_abort(proxy->conn, SERVE_CLOSED_UNREAD);
		return PROXY_GONE;
	}
	if (proxy->conn->timer.kind == TIMER_FALLBACK)
		return proxy_late(proxy);
	return proxy_fail(proxy, PROXY_TIMEOUT);
}

/* Say whose connection it is, if the fallback is to be told: it is one of this
 * request alone. */
static int proxy_announce(struct proxy *proxy)
{
	struct conn *conn = proxy->conn;
	struct proxy_header header = {.to = conn->to, .tls = conn->https};
	uint8_t text[PROXY_HEADER_OUT];

	if (!proxy->worker->options->fallback_proxy)
		return 0;
	header.from = *conn_peer(conn);
	if (!header.to.family)
		peer_local(&header.to, conn->event.fd);
	return buffer_add(&proxy->up, text, proxy_header_write(text, &header));
}

/* Take the head, and what is there of the body. */
static enum proxy_result proxy_take(struct proxy *proxy,
				    const struct head *head,
				    const uint8_t *data, uint32_t len,
				    uint32_t *taken)
{
	const struct forward_client client = {
		.peer = conn_peer(proxy->conn),
		.https = proxy->conn->https,
	};
	enum body_kind kind = BODY_NONE;
	ssize_t n;

	if (head_has_body(head))
		kind = head->flags & HEAD_CHUNKED ? BODY_CHUNKED : BODY_LENGTH;
	body_init(&proxy->request, kind, head->length);
	n = body_scan(&proxy->request, data + head->len, len - head->len);
	if (n < 0)
		return PROXY_BAD_REQUEST;
	if (buffer_init(&proxy->up, PROXY_BUFFER) || proxy_announce(proxy) ||
	    forward_head(&proxy->up, &proxy->worker->options->forward, head,
			 data, &client, &proxy->upgrade) ||
	    buffer_add(&proxy->up, data + head->len, n))
		return PROXY_BAD_GATEWAY;
	*taken = head->len + n;
	return PROXY_ON;
}

enum proxy_result proxy_start(struct conn *conn, const struct head *head,
			      const uint8_t *data, uint32_t len,
			      enum answer_close close, uint32_t *taken)
{
	struct proxy *proxy = proxy_new(conn->worker);
	enum proxy_result result;

	if (!proxy)
		return PROXY_BAD_GATEWAY;
	proxy->conn = conn;
	proxy->close = close;
	proxy->has_body = head_has_body(head);
	proxy->to_head = head->flags & HEAD_HEAD;
	proxy->to_http_10 = !head->minor;
	fallback_follow(proxy->worker->fallback, &proxy->worker->addresses);
	proxy->to = proxy->worker->addresses;
	head_init(&proxy->head, RESPONSE_HEAD_MAX, 0);
	result = proxy_take(proxy, head, data, len, taken);
	if (result == PROXY_ON && proxy_connect(proxy))
		result = PROXY_BAD_GATEWAY;
	if (result == PROXY_ON)
		result = proxy_settle(proxy);
	if (result != PROXY_ON) {
		proxy_free(proxy);
		return result;
	}
	conn->proxy = proxy;
	conn->state = CONN_PROXY;
	if (!body_done(&proxy->request))
		conn_acknowledge(conn);
	return PROXY_ON;
}
