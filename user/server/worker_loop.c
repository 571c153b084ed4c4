// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer_ring.h"
#include "conn.h"
#include "conn_queue.h"
#include "conn_run.h"
#include "crowd.h"
#include "error.h"
#include "listen_pending.h"
#include "live_map.h"
#include "proxy.h"
#include "server_options.h"
#include "worker.h"
#include "worker_loop.h"
#include "worker_room.h"
#include "worker_spare.h"

enum {
	WORKER_EVENTS = 256,
	WORKER_ACCEPTS = 64, /* per listener and round */
	WORKER_PAUSE = 100,  /* ms without accepting when short of room */
	WORKER_STOP = 4500,  /* ms that stopping may take */
	/* ms to go on accepting while the kernel keeps connections, a second */
	WORKER_STOP_LISTEN = 1500,
	WORKER_STOP_LOOK = 20, /* ms between looks at what it keeps */
	WORKER_STOP_NEW =
		1000, /* ms after that, for those without a byte yet */
};

static void worker_clock(struct worker *worker)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	worker->now = (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	worker->real = (uint64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (now.tv_sec == worker->second)
		return;
	worker->second = now.tv_sec;
	answer_date(worker->date, now.tv_sec);
}

static void worker_listen(struct worker *worker, uint32_t mask)
{
	size_t i;

	worker->paused = !mask;
	worker->resume_at = worker->now + WORKER_PAUSE;
	for (i = 0; i < worker->listeners; i++)
		if (worker->listener[i].event.fd >= 0)
			event_watch(&worker->listener[i].event, worker->epoll,
				    mask);
}

/* Whether accept4() may be called again at once. */
static bool worker_accept_next(struct worker *worker, int err)
{
	switch (err) {
	case EAGAIN:
		return false;
	case EMFILE:
	case ENFILE:
		conn_send_queue(worker);
		if (worker_spare(worker))
			return true;
		/* fallthrough */
	case ENOMEM:
	case ENOBUFS:
		worker_count(worker, SERVE_PAUSED_SHORT);
		worker_listen(worker, 0);
		return false;
	}
	worker_count(worker, SERVE_ACCEPT_FAILED);
	return true; /* the connection's own error */
}

/* Accept what waits, up to WORKER_ACCEPTS. Whether more may be waiting. */
static bool worker_accept_some(struct event *event)
{
	const struct worker_listener *listener = (const void *)event;
	struct worker *worker = listener->worker;
	struct sockaddr_storage peer;
	struct sockaddr *from = NULL;
	socklen_t len;
	unsigned int waiting, i;
	int fd;

	if (event->fd < 0)
		return false;
	if (answer_ring_wanted(worker->ring) || listener->proxy)
		from = (struct sockaddr *)&peer;
	waiting = listen_waiting(event->fd);
	for (i = 0; i < waiting && i < WORKER_ACCEPTS; i++) {
		if (!worker_room(worker)) {
			worker_count(worker, SERVE_PAUSED_FULL);
			worker_listen(worker, 0);
			return false;
		}
		len = sizeof(peer);
		peer.ss_family = AF_UNSPEC;
		fd = accept4(event->fd, from, from ? &len : NULL,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			conn_open(worker, fd, listener, from);
			continue;
		}
		crowd_leave(worker->crowd);
		if (!worker_accept_next(worker, errno))
			return false;
	}
	return waiting > 0;
}

static void worker_accept(struct event *event, uint32_t ready)
{
	(void)ready;
	worker_accept_some(event);
}

/* Close the connections of a kind that nothing has come on. */
static void worker_quiet(struct worker *worker, enum timer_kind kind)
{
	struct timer *list = &worker->timers.list[kind], *timer, *next;

	for (timer = list->next; timer != list; timer = next) {
		next = timer->next;
		conn_stop(conn_of_timer(timer));
	}
}

/* Accept what waits, and no more. */
static void worker_unlisten(struct worker_listener *listener)
{
	int rounds = LISTEN_BACKLOG / WORKER_ACCEPTS;

	while (worker_accept_some(&listener->event) && rounds--)
		;
	/* To close it is not enough where others have the socket, too. */
	event_forget(&listener->event, listener->worker->epoll);
	event_close(&listener->event);
}

/* What is shared others accept from on: who comes next, or is given it. */
static void worker_end(struct worker *worker)
{
	size_t i;

	conn_send_queue(worker);
	worker->stopping = true;
	worker->stop_at = worker->now + WORKER_STOP;
	worker->next_at = worker->now;
	for (i = 0; i < worker->listeners; i++)
		if (worker->listener[i].shared)
			worker_unlisten(&worker->listener[i]);
		else
			listen_prompt(worker->listener[i].event.fd);
	worker_quiet(worker, TIMER_IDLE);
}

/* Somebody called worker_stop(), or another worker wants something. */
static void worker_wake(struct event *event, uint32_t ready)
{
	struct worker *worker =
		(struct worker *)((char *)event -
				  offsetof(struct worker, wake));
	eventfd_t count;

	(void)ready;
	eventfd_read(event->fd, &count);
	if (atomic_load(&worker->ending) && !worker->stopping)
		worker_end(worker);
	worker_asked(worker);
	if (worker->paused)
		worker_listen(worker, EPOLLIN);
}

static bool worker_pending(const struct worker *worker)
{
	size_t i;

	for (i = 0; i < worker->listeners; i++)
		if (worker->listener[i].event.fd >= 0 &&
		    listen_pending(worker->listener[i].event.fd))
			return true;
	return false;
}

static void worker_unlisten_all(struct worker *worker)
{
	size_t i;

	for (i = 0; i < worker->listeners; i++)
		worker_unlisten(&worker->listener[i]);
	worker->listeners = 0;
	worker->paused = false;
	worker->next_at = worker->now + WORKER_STOP_NEW;
}

/* Close those that linger without a place. */
static void worker_parted(struct worker *worker)
{
	struct timer *timer;

	while ((timer = timers_first(&worker->timers, TIMER_PART)))
		conn_close(conn_of_timer(timer), SERVE_CLOSED_STOP);
}

static void worker_stopping(struct worker *worker)
{
	uint64_t began = worker->stop_at - WORKER_STOP;

	if (worker->now < worker->next_at)
		return;
	if (!worker->listeners) {
		worker_parted(worker);
		worker_quiet(worker, TIMER_FIRST);
	} else if (worker->now < began + WORKER_STOP_LISTEN &&
		   worker_pending(worker)) {
		worker->next_at = worker->now + WORKER_STOP_LOOK;
	} else {
		worker_unlisten_all(worker);
	}
}

static void worker_reap(struct worker *worker)
{
	struct conn *conn;
	struct proxy *proxy;

	while ((conn = worker->dead)) {
		worker->dead = conn->next;
		conn_reap(conn);
	}
	while ((proxy = worker->dead_proxies)) {
		worker->dead_proxies = proxy->next;
		proxy_reap(proxy);
	}
}

static int worker_timeout(struct worker *worker)
{
	uint64_t by = timers_next(&worker->timers, worker->now + 60000);

	if (worker->paused && worker->resume_at < by)
		by = worker->resume_at;
	if (worker->stopping && worker->stop_at < by)
		by = worker->stop_at;
	if (worker->stopping && by > worker->now + 100)
		by = worker->now + 100;
	if (worker->listeners && worker->stopping && by > worker->next_at)
		by = worker->next_at;
	return by > worker->now ? (int)(by - worker->now) : 0;
}

static void worker_times(struct worker *worker)
{
	struct timer *timer;

	while ((timer = timers_due(&worker->timers, worker->now)))
		conn_expire(conn_of_timer(timer));
	if (worker->paused && worker->now >= worker->resume_at)
		worker_listen(worker, EPOLLIN);
	if (worker->stopping)
		worker_stopping(worker);
}

static void worker_round(struct worker *worker)
{
	struct epoll_event ready[WORKER_EVENTS];
	int i, n;

	n = epoll_wait(worker->epoll, ready, WORKER_EVENTS,
		       worker_timeout(worker));
	worker->map = live_enter(worker->live, worker->number);
	worker_clock(worker);
	for (i = 0; i < n; i++) {
		struct event *event = ready[i].data.ptr;

		event->run(event, ready[i].events);
	}
	conn_send_queue(worker);
	worker_times(worker);
	worker_reap(worker);
	answer_ring_tell(worker->ring);
	worker->timers.exact = crowd_dense(worker->crowd);
	if (worker->timers.exact)
		worker_publish(worker);
	worker_hits_count(&worker->hits, NULL, worker->second);
	worker->map = NULL;
	live_leave(worker->live, worker->number);
}

static bool worker_done(const struct worker *worker)
{
	if (!worker->stopping)
		return false;
	return (!worker->conns && !worker->listeners) ||
	       worker->now >= worker->stop_at;
}

static void *worker_main(void *arg)
{
	struct worker *worker = arg;
	struct timer *timer;
	int kind;

	while (!worker_done(worker))
		worker_round(worker);
	for (kind = TIMER_NONE + 1; kind < TIMER_KINDS; kind++)
		while ((timer = timers_first(&worker->timers, kind)))
			conn_close(conn_of_timer(timer), SERVE_CLOSED_STOP);
	worker_reap(worker);
	conn_store_free(worker);
	return NULL;
}

static int worker_open(struct worker *worker, const int *fds, size_t count)
{
	size_t i;

	worker->epoll = epoll_create1(EPOLL_CLOEXEC);
	worker->wake = (struct event){
		.run = worker_wake,
		.fd = crowd_wake(worker->crowd, worker->number),
	};
	if (worker->epoll < 0 ||
	    event_watch(&worker->wake, worker->epoll, EPOLLIN))
		return -errno;
	for (i = 0; i < count; i++) {
		const struct listen_address *address =
			&worker->options->listen.address[i];

		worker->listener[i] = (struct worker_listener){
			.event = {.run = worker_accept,
				  .fd = fds[i],
				  .shared = address->shared},
			.worker = worker,
			.https = address->https,
			.proxy = address->proxy,
			.shared = address->shared,
		};
		if (event_watch(&worker->listener[i].event, worker->epoll,
				EPOLLIN))
			return -errno;
	}
	worker->listeners = count;
	return 0;
}

static void worker_close(struct worker *worker)
{
	if (worker->epoll >= 0)
		close(worker->epoll);
}

int worker_start(struct worker *worker, const int *fds, size_t count)
{
	int err;

	timers_init(&worker->timers, worker->options->timeout_ms);
	worker_clock(worker);
	err = worker_open(worker, fds, count);
	if (!err)
		err = -pthread_create(&worker->thread, NULL, worker_main,
				      worker);
	if (!err)
		return 0;
	worker_close(worker);
	return error_sys(err, "cannot start a worker");
}

void worker_stop(struct worker *worker)
{
	atomic_store(&worker->ending, true);
	eventfd_write(worker->wake.fd, 1);
}

void worker_join(struct worker *worker)
{
	pthread_join(worker->thread, NULL);
	worker_close(worker);
}
