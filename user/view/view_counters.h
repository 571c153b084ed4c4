/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_COUNTERS_H
#define VIEW_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "counter.h"
#include "serve_counter.h"

/* The counters of both responders. */
struct view_counters {
	bool attached; /* those of the fast path are there */
	bool hidden;   /* ... or this user may not see them */
	bool partial;  /* something could not be read */
	uint64_t fast[COUNTER_COUNT];
	uint64_t servers; /* that run, and were asked */
	uint64_t socket[SERVE_COUNT];
};

/*
 * view_counters_read - those of a state directory
 * @tell: called for each thing that could not be read, with error_set()
 *
 * Of the fast path since it was first attached; of all servers, those that have
 * ended among them, in one sum. Waits up to two seconds for a server that does
 * not answer. Returns 0 or -errno with error_set().
 */
int view_counters_read(struct view_counters *counters, const char *state,
		       void (*tell)(void *arg), void *arg);

#endif
