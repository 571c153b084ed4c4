/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_WALK_H
#define HITS_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "hits_chunk.h"

struct hits_db;

/* What was read of runs, chunk by chunk. */
struct hits_place {
	int64_t run;
	unsigned int class;
	uint64_t n; /* the chunk's entries begin at n * HITS_CHUNK */
};

/*
 * hits_walk - call fn for each chunk of a run, in order
 *
 * Where fn returns 1 the chunk is written back as it is then; -errno ends it.
 * Returns 0 or -errno with error_set().
 */
int hits_walk(struct hits_db *db, int64_t run,
	      int (*fn)(const struct hits_place *place,
			struct hits_chunk *chunk, void *arg),
	      void *arg);

/* The same for all runs of a map, by its key. */
int hits_walk_map(struct hits_db *db, uint64_t map,
		  int (*fn)(const struct hits_place *place,
			    struct hits_chunk *chunk, void *arg),
		  void *arg);

#endif
