// SPDX-License-Identifier: BSD-2-Clause
#include "conn.h"
#include "conn_wait.h"
#include "worker.h"

void conn_wait(struct conn *conn, enum timer_kind kind)
{
	timer_set(&conn->worker->timers, &conn->timer, kind, conn->worker->now);
}

void conn_wait_from(struct conn *conn, enum timer_kind kind)
{
	struct worker *worker = conn->worker;

	conn->until =
		worker->now + CONN_TIMES * worker->timers.timeout_ms[kind];
	conn_wait(conn, kind);
}

void conn_wait_on(struct conn *conn, enum timer_kind kind)
{
	const struct worker *worker = conn->worker;

	if (worker->now + worker->timers.timeout_ms[kind] <= conn->until)
		conn_wait(conn, kind);
}

void conn_wait_request(struct conn *conn, bool rest, bool used)
{
	if (conn->state != CONN_HEAD || conn->out)
		return;
	if (!rest)
		conn_wait(conn, TIMER_IDLE);
	else if (used || conn->timer.kind != TIMER_HEAD)
		conn_wait(conn, TIMER_HEAD);
}

uint64_t conn_since(const struct conn *conn)
{
	uint64_t timeout = conn->worker->timers.timeout_ms[conn->timer.kind];

	/* A byte now and then is no sign of life: count from the start. */
	if (conn->state == CONN_LINGER || conn->state == CONN_BODY)
		return conn->until - CONN_TIMES * timeout;
	return conn->timer.set;
}
