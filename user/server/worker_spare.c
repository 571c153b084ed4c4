// SPDX-License-Identifier: BSD-2-Clause
#include "conn.h"
#include "conn_wait.h"
#include "worker.h"
#include "worker_spare.h"

static const enum timer_kind kinds[CROWD_KINDS] = {
	[CROWD_IDLE] = TIMER_IDLE,     [CROWD_FIRST] = TIMER_FIRST,
	[CROWD_LINGER] = TIMER_LINGER, [CROWD_HEAD] = TIMER_HEAD,
	[CROWD_STALL] = TIMER_STALL,
};

struct conn *worker_oldest(struct worker *worker, enum crowd_kind kind)
{
	struct timer *timer = timers_oldest(&worker->timers, kinds[kind]);

	return timer ? conn_of_timer(timer) : NULL;
}

struct conn *worker_victim(struct worker *worker)
{
	int kind;

	for (kind = 0; kind < CROWD_KINDS; kind++) {
		struct conn *conn = worker_oldest(worker, kind);

		if (conn && (kind == CROWD_IDLE ||
			     conn_since(conn) + CROWD_YOUNG <= worker->now))
			return conn;
	}
	return NULL;
}

bool worker_spare(struct worker *worker)
{
	struct timer *parted = timers_first(&worker->timers, TIMER_PART);
	struct conn *conn =
		parted ? conn_of_timer(parted) : worker_victim(worker);

	if (!conn || conn->queued)
		return false;
	conn_close(conn, parted ? SERVE_CLOSED_LINGER : SERVE_CLOSED_ROOM);
	return true;
}
