/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_TIDY_H
#define HITS_TIDY_H

#include <stdbool.h>
#include <stdint.h>

struct hits_db;

/* Runs that were not saved for so long, in seconds, may have ended: nobody who
 * saves stands still for so long. */
enum { HITS_TIDY_AGE = 3600 };

/* Whether a memory is there still; server "": of the fast path. */
typedef bool hits_alive_fn(uint64_t owner, uint64_t number, const char *server,
			   void *arg);

/*
 * hits_tidy - have one run for all memories of a map that are no more
 * @now: Unix time
 *
 * What they counted stays with the map, or is by source already where that is
 * gone. Each in a transaction of its own. Returns 0 or -errno with error_set().
 */
int hits_tidy(struct hits_db *db, const char *state, int64_t now,
	      hits_alive_fn *alive, void *arg);

#endif
