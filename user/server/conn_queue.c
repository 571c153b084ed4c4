// SPDX-License-Identifier: BSD-2-Clause
#include "conn.h"
#include "conn_queue.h"
#include "conn_send.h"
#include "conn_settle.h"
#include "worker.h"

/* Send what was queued. */
static void conn_unqueue(struct conn *conn)
{
	conn->queued = false;
	conn_send(conn);
	conn_settle(conn);
}

void conn_send_queue(struct worker *worker)
{
	outbox_flush(&worker->outbox, conn_unqueue);
}

void conn_queue(struct conn *conn)
{
	struct worker *worker = conn->worker;

	/* A worker that stops closes connections before the round ends. */
	if (worker->stopping || conn->out || outbox_empty(&worker->outbox)) {
		conn_send(conn);
		return;
	}
	conn->queued = true;
	if (outbox_queue(&worker->outbox, conn))
		conn_send_queue(worker);
}
