// SPDX-License-Identifier: BSD-2-Clause
/*
 * The way of a request, from the bytes on a socket to those of its answer:
 *
 *   worker_round     what is ready, of all connections of a worker
 *      |
 *   conn_run         conn_read: recv(), after what is kept (conn_input.c)
 *      |
 *   conn_process     one by one the requests in these bytes
 *      |
 *   conn_request     head_scan(), request_key() (requests.c)
 *      |
 *      +- wrong ---- conn_status: answer_status() -----------------+
 *      +- a rule --- conn_match: map_lookup(), answer_rule() ------+
 *      +- no rule -- conn_miss: answer_status() with 404 ----------+
 *      |                                                           |
 *      +- fallback - proxy_start ... conn_proxied: on to the next  |
 *                                                                  |
 *   conn_queue       answers wait for others' (outbox.c) ----------+
 *      |
 *   conn_send        send(); conn->out keeps what it does not take
 *      |
 *   conn_settle      wait for more, or end in stages (RFC 9112 9.6)
 */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conn.h"
#include "conn_input.h"
#include "conn_queue.h"
#include "conn_record.h"
#include "conn_request.h"
#include "conn_run.h"
#include "conn_send.h"
#include "conn_settle.h"
#include "conn_wait.h"
#include "crowd.h"
#include "proxy_turn.h"
#include "server_options.h"
#include "trust.h"
#include "worker.h"

static void conn_read(struct conn *conn)
{
	uint32_t have, cap;
	struct head head;
	uint8_t *data;
	ssize_t n;

	if (conn_room(conn, &head, &data, &have, &cap)) {
		conn_close(conn, SERVE_CLOSED_MEMORY);
		return;
	}
	n = recv(conn->event.fd, data + have, cap - have, 0);
	if (n == (ssize_t)(cap - have))
		event_again(&conn->event);
	if (n > 0) {
		if (conn->in && data != conn->in->data)
			conn_drop(conn);
		conn_process(conn, &head, data, have + n);
	} else if (n == 0) {
		conn_close(conn, SERVE_CLOSED_CLIENT);
	} else if (errno != EAGAIN) {
		conn_close(conn, SERVE_CLOSED_ERROR);
	}
}

static void conn_run(struct event *event, uint32_t ready)
{
	struct conn *conn = (struct conn *)event;
	int flushed;

	if (event->fd < 0)
		return;
	if (conn->state == CONN_PROXY) {
		conn_proxied(conn, proxy_turn(conn->proxy, ready, 0));
		return;
	}
	if (conn->state == CONN_LINGER) {
		conn_discard(conn);
		return;
	}
	if (!conn->out) {
		/* The end may come after what is read now. Urgent data
		 * divide what is there into two reads. */
		if (ready & (EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
			event_again(event);
		conn_read(conn);
		return;
	}
	flushed = conn_flush(conn);
	if (flushed < 0)
		conn_close(conn, SERVE_CLOSED_ERROR);
	else if (flushed)
		conn_process_kept(conn);
}

void conn_open(struct worker *worker, int fd,
	       const struct worker_listener *listener,
	       const struct sockaddr *peer)
{
	struct conn *conn = conn_new(worker, fd);

	worker_count(worker, SERVE_ACCEPTED);
	if (!conn) {
		worker_count(worker, SERVE_CLOSED_MEMORY);
		crowd_leave(worker->crowd);
		close(fd);
		return;
	}
	conn->event.run = conn_run;
	conn->https = listener->https;
	conn->awaits_header = listener->proxy;
	if (!listener->proxy) {
		conn_record_peer(conn, peer);
	} else if (!trust_has(&worker->options->trust, peer)) {
		conn_close(conn, SERVE_CLOSED_UNTRUSTED);
		return;
	}
	conn_read(conn);
	if (conn->state == CONN_HEAD && conn->timer.kind == TIMER_NONE &&
	    conn->event.fd >= 0)
		conn_wait(conn, TIMER_FIRST);
	conn_settle(conn);
}

static enum serve_counter conn_late(const struct conn *conn)
{
	uint64_t timeout = conn->worker->timers.timeout_ms[TIMER_LINGER];

	if (conn->state != CONN_LINGER)
		return SERVE_CLOSED_IDLE;
	return !conn->parted && conn->worker->now + timeout > conn->until
		       ? SERVE_CLOSED_EXCESS
		       : SERVE_CLOSED_LINGER;
}

/* The head of a request did not come in time. */
static void conn_late_head(struct conn *conn)
{
	const struct conn_answer answer = {
		.head = &conn->in->head,
		.data = conn->in->data,
		.len = conn->in->len,
		.status = 408,
	};

	conn_record(conn, &answer);
	conn_refuse(conn, answer.status);
}

void conn_expire(struct conn *conn)
{
	if (conn->state == CONN_PROXY) {
		conn_proxied(conn, proxy_expire(conn->proxy));
		return;
	}
	if (conn->awaits_header) {
		conn_close(conn, SERVE_CLOSED_LATE_HEADER);
		return;
	}
	if (conn->state == CONN_HEAD && conn->in && !conn->out) {
		conn_late_head(conn);
		conn_send(conn);
	} else if (conn->state == CONN_BODY && !conn->out) {
		worker_count(conn->worker, SERVE_BODY_STALLED);
		conn->state = CONN_FLUSH;
	} else if (conn->out) {
		/* What is unsent would stay with the kernel for minutes. */
		conn_abort(conn, SERVE_CLOSED_UNREAD);
	} else {
		conn_close(conn, conn_late(conn));
	}
	conn_settle(conn);
}

bool conn_yield(struct conn *conn)
{
	enum conn_state state = conn->state;
	uint64_t set = conn->timer.set;

	if (state == CONN_HEAD && !conn->out)
		conn_read(conn);
	if (conn->event.fd < 0)
		return true;
	if (conn->queued || conn->state != state || conn->timer.set != set)
		return false;
	worker_count(conn->worker, SERVE_YIELDED);
	if (conn->state == CONN_LINGER) {
		conn_close(conn, SERVE_CLOSED_LINGER);
		return true;
	}
	if (conn->state == CONN_HEAD && !conn->in && !conn->out) {
		conn->state = CONN_FLUSH;
		conn_settle(conn);
	} else {
		conn_expire(conn);
	}
	if (conn->event.fd < 0)
		return true;
	if (conn->state != CONN_LINGER)
		return false;
	conn_part(conn);
	return true;
}

void conn_stop(struct conn *conn)
{
	if (conn->state != CONN_HEAD || conn->in || conn->out)
		return;
	conn_read(conn);
	if (conn->event.fd >= 0 && conn->state == CONN_HEAD && !conn->in &&
	    !conn->out)
		conn_close(conn, SERVE_CLOSED_STOP);
}
