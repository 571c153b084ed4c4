/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Time limits of connections. All timers of one kind run equally long, so that
 * a list in the order of setting is also in the order of expiry: setting one
 * and taking one back are a few stores.
 *
 * TIMER_IDLE is set anew with each request, and its neighbours in the list are
 * anywhere in memory. So it runs an eighth longer than its timeout, and one
 * that is set again within that eighth stays where it is, unless the order of
 * its list matters at the time (timers->exact).
 */
enum timer_kind {
	TIMER_NONE,
	TIMER_FIRST,	/* for a head's first byte; runs as long as the next */
	TIMER_HEAD,	/* for a whole head */
	TIMER_IDLE,	/* for a client's next request */
	TIMER_STALL,	/* for it to send or to take; as long as the last one */
	TIMER_LINGER,	/* for the client to close, after each of its bytes */
	TIMER_PART,	/* for the same, once; as long as the last one */
	TIMER_FALLBACK, /* for the fallback's next sign of life */
	TIMER_TUNNEL,	/* for a byte on an upgraded connection */
	TIMER_KINDS,
};

struct timer {
	struct timer *prev, *next;
	uint64_t due;
	uint64_t set; /* last, wherever in the list it has stayed */
	enum timer_kind kind;
};

struct timers {
	struct timer list[TIMER_KINDS];
	uint64_t timeout_ms[TIMER_KINDS];
	uint64_t slack_ms[TIMER_KINDS]; /* that it may run longer */
	bool exact; /* lists are to be in the order of setting */
};

/* Begin with none; for each kind how long it runs, in ms. */
void timers_init(struct timers *timers, const uint64_t timeout_ms[TIMER_KINDS]);

/* Start a timer anew, as one of a kind; now in milliseconds. */
void timer_set(struct timers *timers, struct timer *timer, enum timer_kind kind,
	       uint64_t now);
void timer_clear(struct timer *timer);

/* The first timer of a kind, the one due next, or NULL. */
struct timer *timers_first(struct timers *timers, enum timer_kind kind);

/*
 * timers_oldest - the one of a kind that was set the longest ago, or NULL
 *
 * On the way, those that have stayed in their place though they were set again
 * move to where they belong, each once for a time that it was set.
 */
struct timer *timers_oldest(struct timers *timers, enum timer_kind kind);

/* One that is due, or NULL. */
struct timer *timers_due(struct timers *timers, uint64_t now);

/* When the next one is due, at most by. */
uint64_t timers_next(struct timers *timers, uint64_t by);

#endif
