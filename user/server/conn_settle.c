// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "conn.h"
#include "conn_input.h"
#include "conn_settle.h"
#include "conn_wait.h"
#include "worker.h"

/* What is waited for: an edge is enough where all is read that was there. */
static uint32_t conn_mask(const struct conn *conn)
{
	if (conn->out)
		return EPOLLOUT;
	if (conn->state == CONN_LINGER)
		return EPOLLIN;
	return EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET;
}

/* End what is sent, and begin to read on. */
static void conn_linger(struct conn *conn)
{
	if (shutdown(conn->event.fd, SHUT_WR)) {
		conn_close(conn, SERVE_CLOSED_ERROR);
		return;
	}
	conn_drop(conn);
	conn->state = CONN_LINGER;
	conn_wait_from(conn, TIMER_LINGER);
}

void conn_settle(struct conn *conn)
{
	if (conn->event.fd < 0 || conn->state == CONN_PROXY || conn->queued)
		return;
	if (conn->state == CONN_FLUSH && !conn->out)
		conn_linger(conn);
	else if (conn->state == CONN_FLUSH_CLOSE && !conn->out)
		conn_close(conn, SERVE_CLOSED_ASKED);
	if (conn->event.fd >= 0 &&
	    event_watch(&conn->event, conn->worker->epoll, conn_mask(conn)))
		conn_close(conn, SERVE_CLOSED_MEMORY);
}

/* For TCP, MSG_TRUNC throws away without copying. */
void conn_discard(struct conn *conn)
{
	struct worker *worker = conn->worker;
	ssize_t n;

	n = recv(conn->event.fd, worker->in, sizeof(worker->in), MSG_TRUNC);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0)
		conn_close(conn, SERVE_CLOSED_ERROR);
	else if (n == 0)
		conn_close(conn, SERVE_CLOSED_DONE);
	else if (!conn->parted)
		conn_wait_on(conn, TIMER_LINGER);
}
