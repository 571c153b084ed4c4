// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "conn.h"
#include "crowd.h"
#include "proxy.h"
#include "proxy_record.h"
#include "server_options.h"
#include "worker.h"

enum {
	CONN_STORE = 256, /* that a worker keeps to be used again */
};

struct conn *conn_new(struct worker *worker, int fd)
{
	struct conn *conn = worker->store;

	if (conn) {
		worker->store = conn->next;
		worker->stored--;
	} else {
		conn = malloc(sizeof(*conn));
	}
	if (!conn)
		return NULL;
	memset(conn, 0, sizeof(*conn));
	conn->event.fd = fd;
	conn->worker = worker;
	worker->conns++;
	return conn;
}

/* Give its place back. */
static void conn_leave(struct conn *conn)
{
	if (conn->parted)
		conn->worker->parted--;
	else
		crowd_leave(conn->worker->crowd);
	conn->worker->resume_at = conn->worker->now;
}

static void conn_release(struct conn *conn)
{
	struct worker *worker = conn->worker;

	timer_clear(&conn->timer);
	event_close(&conn->event);
	worker->conns--;
	conn_leave(conn);
	conn->next = worker->dead;
	worker->dead = conn;
}

void conn_close(struct conn *conn, enum serve_counter why)
{
	if (conn->event.fd < 0)
		return;
	worker_count(conn->worker, why);
	if (conn->proxy) {
		worker_count(conn->worker, SERVE_PROXIED_BROKEN);
		proxy_record_gone(conn->proxy);
	}
	outbox_drop(&conn->worker->outbox);
	proxy_free(conn->proxy);
	conn->proxy = NULL;
	conn_release(conn);
}

void conn_abort(struct conn *conn, enum serve_counter why)
{
	struct linger linger = {.l_onoff = 1};

	if (conn->event.fd >= 0)
		setsockopt(conn->event.fd, SOL_SOCKET, SO_LINGER, &linger,
			   sizeof(linger));
	conn_close(conn, why);
}

void conn_part(struct conn *conn)
{
	struct worker *worker = conn->worker;
	const struct server_options *options = worker->options;
	unsigned int max =
		options->connections / options->threads / WORKER_PARTED_PART;

	if (worker->parted >= (max > WORKER_PARTED ? max : WORKER_PARTED))
		conn_close(conn_of_timer(
				   timers_first(&worker->timers, TIMER_PART)),
			   SERVE_CLOSED_LINGER);
	conn_leave(conn);
	conn->parted = true;
	worker->parted++;
	timer_set(&worker->timers, &conn->timer, TIMER_PART, worker->now);
}

void conn_reap(struct conn *conn)
{
	struct worker *worker = conn->worker;

	free(conn->in);
	free(conn->out);
	if (worker->stored == CONN_STORE) {
		free(conn);
		return;
	}
	conn->next = worker->store;
	worker->store = conn;
	worker->stored++;
}

void conn_store_free(struct worker *worker)
{
	struct conn *conn;

	while ((conn = worker->store)) {
		worker->store = conn->next;
		free(conn);
	}
	worker->stored = 0;
}
