// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "conn.h"
#include "conn_send.h"
#include "conn_wait.h"
#include "worker.h"

/* Keep what the socket did not take, after what it did not take before. */
static int conn_hold(struct conn *conn, const char *data, uint32_t len)
{
	struct conn_output *old = conn->out, *out;
	uint32_t have = old ? old->len - old->start : 0;

	out = malloc(sizeof(*out) + have + len);
	if (!out)
		return -ENOMEM;
	if (have)
		memcpy(out->data, old->data + old->start, have);
	memcpy(out->data + have, data, len);
	out->start = 0;
	out->len = have + len;
	free(old);
	conn->out = out;
	conn_wait(conn, TIMER_STALL);
	return 0;
}

void conn_send(struct conn *conn)
{
	int flags = MSG_NOSIGNAL;
	const char *out;
	uint32_t len;
	ssize_t n = 0;

	worker_hits_count(&conn->worker->hits, conn, conn->worker->second);
	len = outbox_take(&conn->worker->outbox, &out);
	if (!len)
		return;
	/* The end of the connection then goes with the last segment. */
	if (conn->state >= CONN_FLUSH)
		flags |= MSG_MORE;
	if (!conn->out)
		n = send(conn->event.fd, out, len, flags);
	if (n == (ssize_t)len)
		return;
	if (n < 0 && errno != EAGAIN) {
		conn_close(conn, SERVE_CLOSED_ERROR);
		return;
	}
	n = n < 0 ? 0 : n;
	if (conn_hold(conn, out + n, len - n))
		conn_close(conn, SERVE_CLOSED_MEMORY);
}

int conn_flush(struct conn *conn)
{
	struct conn_output *out = conn->out;
	ssize_t n;

	if (!out)
		return 1;
	n = send(conn->event.fd, out->data + out->start, out->len - out->start,
		 MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	conn_wait(conn, TIMER_STALL);
	out->start += n;
	if (out->start < out->len)
		return 0;
	free(out);
	conn->out = NULL;
	return 1;
}

void conn_acknowledge(struct conn *conn)
{
	int on = 1;

	setsockopt(conn->event.fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}
