/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_GATHER_H
#define HITS_GATHER_H

#include <stdbool.h>

struct hits_db;
struct fast_hits;

/* Reading all that counts for a state directory. */

/* Told, with error_text(), of what counts and could not be read, or does not
 * count: server is the pid, 0: the fast path. */
typedef void hits_missed_fn(int server, int err, void *arg);

/*
 * hits_gather - save what running servers and the fast path have counted by now
 * @missed: called with what is left out
 *
 * Each memory in a transaction of its own. Returns 0, or -errno with error_set()
 * where hits.db is not to be written.
 */
int hits_gather(struct hits_db *db, const char *state, hits_missed_fn *missed,
		void *arg);

/*
 * hits_gather_tidy - put together what memories have left that are no more
 *
 * Those of the fast path only where it can be told. Returns 0 or -errno with
 * error_set().
 */
int hits_gather_tidy(struct hits_db *db, const char *state);

/* hits_gather_area - save an area of the fast path, in a transaction */
int hits_gather_area(struct hits_db *db, const struct fast_hits *hits);

#endif
