/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORKER_H
#define WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "answer.h"
#include "event.h"
#include "fallback_set.h"
#include "listen.h"
#include "map_view.h"
#include "outbox.h"
#include "requests.h"
#include "serve_counter.h"
#include "timer.h"
#include "worker_hits.h"

struct answer_ring;
struct conn;
struct crowd;
struct fallback;
struct live;
struct miss_memory;
struct proxy;
struct server_options;

enum {
	WORKER_IN = 32768, /* bytes that one read takes */
	/* Connections that may linger without a place: this many or, if that
	 * is more, 1 in WORKER_PARTED_PART of the worker's share of places. */
	WORKER_PARTED = 8,
	WORKER_PARTED_PART = 16,
};

_Static_assert(WORKER_IN >= 2 * LIMIT_HEAD, "a head fits, and more");

struct worker_listener {
	struct event event;
	struct worker *worker;
	bool https;  /* what comes there came by TLS */
	bool proxy;  /* it begins with a header of the PROXY protocol */
	bool shared; /* the socket others accept from, too */
};

/*
 * A thread with listeners, connections and buffers of its own. What it shares
 * with others: the live map, which it only reads, and the places for
 * connections. worker_loop.h has it run.
 */
struct worker {
	const struct server_options *options;
	struct fallback *fallback; /* NULL: none */
	struct live *live;
	struct crowd *crowd;
	struct serve_counters *counters;
	struct miss_memory *misses; /* it has tables of this worker's own */
	struct answer_ring *ring;   /* or NULL: nobody is told of answers */
	unsigned int number;	    /* from 0 */
	pthread_t thread;
	int epoll;
	struct event wake;
	struct worker_listener listener[LISTEN_MAX];
	size_t listeners;

	const struct map *map; /* of this round */
	uint64_t now;	       /* milliseconds */
	uint64_t real;	       /* Unix time, milliseconds */
	time_t second;
	char date[ANSWER_DATE];

	struct timers timers;
	unsigned int conns;
	unsigned int parted; /* of conns: those without a place */
	uint64_t called_at;  /* when all others were asked for a place */
	struct conn *dead;   /* to be freed when the round ends */
	struct conn *store;  /* memory to be used again */
	unsigned int stored;
	struct proxy *dead_proxies;
	bool paused;	    /* it does not accept */
	uint64_t resume_at; /* when it accepts again */
	atomic_bool ending; /* somebody called worker_stop() */
	bool stopping;
	uint64_t stop_at;
	uint64_t next_at; /* when to look at the listeners, later at the rest */

	struct fallback_set addresses; /* of the fallback, as known last */
	uint8_t in[WORKER_IN];
	struct outbox outbox;
	struct worker_hits hits;
	struct requests requests; /* of this turn */
};

static inline void worker_count(struct worker *worker,
				enum serve_counter counter)
{
	serve_counter_add(worker->counters, counter);
}

#endif
