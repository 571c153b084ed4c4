// SPDX-License-Identifier: BSD-2-Clause
#include "conn.h"
#include "conn_body.h"
#include "conn_wait.h"
#include "server_options.h"
#include "worker.h"

/* Whether the client says that nothing comes after a request (RFC 9112 9.6). */
static bool client_is_done(const struct head *head)
{
	return !head_persists(head) && !head_has_body(head);
}

void conn_answered(struct conn *conn, const struct head *head,
		   enum answer_close close)
{
	struct worker *worker = conn->worker;
	bool chunked = head->flags & HEAD_CHUNKED;

	if (close == ANSWER_CLOSE) {
		if (head_has_body(head))
			worker_count(worker, SERVE_BODY_UNREAD);
		conn->state =
			client_is_done(head) ? CONN_FLUSH_CLOSE : CONN_FLUSH;
		return;
	}
	if (!head_has_body(head))
		return;
	conn->state = CONN_BODY;
	conn->left = worker->options->drain;
	body_init(&conn->body, chunked ? BODY_CHUNKED : BODY_LENGTH,
		  head->length);
	conn_wait_from(conn, TIMER_STALL);
}

uint32_t conn_drain(struct conn *conn, const uint8_t *data, uint32_t len)
{
	ssize_t n = body_scan(&conn->body, data, len);

	if (n < 0 || (uint64_t)n > conn->left) {
		worker_count(conn->worker,
			     n < 0 ? SERVE_BODY_BROKEN : SERVE_BODY_LONG);
		conn->state = CONN_FLUSH;
		return len;
	}
	conn->left -= n;
	if (body_done(&conn->body)) {
		worker_count(conn->worker, SERVE_BODY_READ);
		conn->state = CONN_HEAD;
	} else {
		conn_wait_on(conn, TIMER_STALL);
	}
	return n;
}
