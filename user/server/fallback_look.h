/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FALLBACK_LOOK_H
#define FALLBACK_LOOK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fallback_set.h"

/* The thread that looks a fallback's name up, and what it makes of what it
 * finds: addresses for workers and news for the server (fallback.h). */

enum { FALLBACK_AGAIN = 1000 }; /* ms between look-ups that fail, at first */

/* Both the server and the thread have it; who is the last frees it. */
struct fallback {
	pthread_mutex_t lock;
	pthread_cond_t change; /* a look-up has ended, or the end has come */
	unsigned int owners;
	bool looked; /* once at least */
	bool ending;
	bool stays;	/* as fallback_open() has it */
	bool failing;	/* the last look-up found nothing */
	bool excluding; /* ... something of our own */
	uint64_t interval;
	uint64_t again; /* ms to the next look-up, when one fails */
	const struct listen_set *own;
	struct fallback_set set; /* its version is also in this: */
	atomic_uint version;
	char news[FALLBACK_NEWS];
	char port[8];
	char host[];
};

/* Take a set for that which workers follow. With the lock, or alone. */
void fallback_publish(struct fallback *fallback,
		      const struct fallback_set *set);

/* Start the thread, and wait a while for what it finds first; 0 or -errno with
 * error_set(). */
int fallback_start(struct fallback *fallback);

/* Give up the lock and a share. */
void fallback_leave(struct fallback *fallback);

#endif
