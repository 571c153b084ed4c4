/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_CHUNK_H
#define HITS_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits.h"

/*
 * A page of a counted memory as hits.db has it: a record for each entry that was
 * ever hit. Counts of the memory are 32 bits wide and only grow, so that it can
 * be read as often as wanted: whoever reads it adds what came since the one who
 * did so before.
 */
enum { HITS_CHUNK = MAP_PAGE / sizeof(struct hit) }; /* entries */

struct hits_record {
	uint32_t at;	/* in the chunk, ascending */
	uint32_t seen;	/* the count as it was read last */
	uint32_t first; /* the first that was read of last */
	uint32_t last;
	uint64_t count;
	uint64_t folded; /* of that, what was added to the table by source */
};

_Static_assert(sizeof(struct hits_record) == 32, "no padding");

struct hits_chunk {
	size_t count;
	struct hits_record record[HITS_CHUNK];
};

/* The number of a chunk's row: of a run, a class and a chunk from 0. Runs are
 * numbered below HITS_RUNS. */
#define HITS_RUNS (1 << 29)
static inline int64_t hits_chunk_id(int64_t run, unsigned int class, uint64_t n)
{
	return run << 33 | (int64_t) class << 32 | (int64_t)n;
}

/* Read a row's bytes: false for what cannot be a chunk. */
bool hits_chunk_read(struct hits_chunk *chunk, const void *bytes, size_t size);

/* Add what the memory has by now; whether that is anything. */
bool hits_chunk_take(struct hits_chunk *chunk,
		     const struct hit now[HITS_CHUNK]);

#endif
