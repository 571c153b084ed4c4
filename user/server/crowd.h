/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CROWD_H
#define CROWD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The places for connections that all workers share, and which connection is to
 * give its place to a new one when all are taken. A worker publishes how long
 * its first of each kind has waited; who needs a place asks the one that has
 * the oldest. All functions may be called by any worker.
 */
struct crowd;

/* What may give way, the first first. */
enum crowd_kind {
	CROWD_IDLE,   /* between two requests */
	CROWD_FIRST,  /* nothing was sent yet */
	CROWD_LINGER, /* answered, to be closed by the client */
	CROWD_HEAD,   /* a head that does not end */
	CROWD_STALL,  /* the client does not send on, or does not read */
	CROWD_KINDS,
};

/* ms that all but the first kind are given. */
enum { CROWD_YOUNG = 1000 };

#define CROWD_NOBODY UINT64_MAX

/*
 * crowd_new - make one for a number of workers and of connections
 *
 * Returns 0 or -errno with error_set().
 */
int crowd_new(struct crowd **crowd, unsigned int workers,
	      unsigned int connections);
void crowd_free(struct crowd *crowd); /* accepts NULL */

/* An eventfd that wakes a worker up. Others write to it until crowd_free(). */
int crowd_wake(const struct crowd *crowd, unsigned int worker);

/* Take a place before a connection is accepted (workers that only looked would
 * together accept more than there are), and give it back. */
bool crowd_enter(struct crowd *crowd);
void crowd_leave(struct crowd *crowd);

/* Whether it pays to publish: half of the places are taken. */
bool crowd_dense(const struct crowd *crowd);

/* Say since when (in ms) the first of a kind has waited, or CROWD_NOBODY. */
void crowd_offer(struct crowd *crowd, unsigned int worker, enum crowd_kind kind,
		 uint64_t since);

/* The worker with the connection that is to give way, or -1. */
int crowd_best(const struct crowd *crowd, uint64_t now);

/* Ask one worker for a place, or with -1 all others to publish; crowd_asked()
 * there, then crowd_answer(), by which those that asked are woken up. */
void crowd_ask(struct crowd *crowd, unsigned int worker, int whom);
unsigned int crowd_asked(struct crowd *crowd, unsigned int worker);
void crowd_answer(struct crowd *crowd, unsigned int worker);

#endif
