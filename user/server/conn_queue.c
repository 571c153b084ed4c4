// SPDX-License-Identifier: BSD-2-Clause
#include "conn.h"
#include "worker.h"

_Static_assert(WORKER_OUT / 2 >= ANSWER_MAX, "a turn begins with room");

void conn_queue(struct conn *conn)
{
	struct worker *worker = conn->worker;

	/* Who stops closes connections before the round ends. */
	if (worker->stopping || conn->out ||
	    worker->out_len == worker->out_start) {
		conn_send(conn);
		return;
	}
	worker->queue[worker->queued++] = (struct worker_answers){
		.conn = conn,
		.start = worker->out_start,
		.end = worker->out_len,
	};
	worker->out_start = worker->out_len;
	conn->queued = true;
	if (worker->queued == WORKER_QUEUE || worker->out_len > WORKER_OUT / 2)
		conn_send_queue(worker);
}

void conn_send_queue(struct worker *worker)
{
	unsigned int i;

	for (i = 0; i < worker->queued; i++) {
		const struct worker_answers *answers = &worker->queue[i];

		worker->out_start = answers->start;
		worker->out_len = answers->end;
		answers->conn->queued = false;
		conn_send(answers->conn);
		conn_settle(answers->conn);
	}
	worker->queued = 0;
	worker->out_start = worker->out_len = 0;
}
