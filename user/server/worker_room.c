// SPDX-License-Identifier: BSD-2-Clause
#include "conn.h"
#include "conn_queue.h"
#include "conn_run.h"
#include "conn_wait.h"
#include "crowd.h"
#include "worker.h"
#include "worker_room.h"
#include "worker_spare.h"

enum {
	ROOM_TRIES = 8,	  /* connections that may turn out to be alive */
	ROOM_CALLS = 100, /* ms between calls to all other workers */
};

void worker_publish(struct worker *worker)
{
	int kind;

	for (kind = 0; kind < CROWD_KINDS; kind++) {
		const struct conn *conn = worker_oldest(worker, kind);

		crowd_offer(worker->crowd, worker->number, kind,
			    conn ? conn_since(conn) : CROWD_NOBODY);
	}
}

static bool worker_yield(struct worker *worker)
{
	struct conn *conn;
	int i;

	for (i = 0; i < ROOM_TRIES && (conn = worker_victim(worker)); i++)
		if (conn_yield(conn))
			return true;
	return false;
}

/* Take over the place of the connection that has waited the longest; if that
 * is another worker's, it answers later. */
static bool worker_claim(struct worker *worker)
{
	int best;

	worker_publish(worker);
	best = crowd_best(worker->crowd, worker->now);
	if (best == (int)worker->number)
		return worker_yield(worker) && crowd_enter(worker->crowd);
	/* What another has published may be old where it has slept since. */
	if (best < 0 && worker->now < worker->called_at + ROOM_CALLS)
		return false;
	if (best < 0)
		worker->called_at = worker->now;
	crowd_ask(worker->crowd, worker->number, best);
	return false;
}

bool worker_room(struct worker *worker)
{
	if (crowd_enter(worker->crowd))
		return true;
	/* Those that are to be closed give up their places first. */
	conn_send_queue(worker);
	return crowd_enter(worker->crowd) || worker_claim(worker);
}

void worker_asked(struct worker *worker)
{
	unsigned int asked = crowd_asked(worker->crowd, worker->number);

	conn_send_queue(worker);
	while (asked-- && worker_yield(worker))
		;
	worker_publish(worker);
	crowd_answer(worker->crowd, worker->number);
}
