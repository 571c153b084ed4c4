/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_RUN_H
#define HITS_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "hits.h"

struct hits_db;
struct map_header;

/* Which map a memory counts: the same for all files that are links to one. */
static inline uint64_t hits_map_key(const struct map_header *header)
{
	return header->crc | header->hash_key.word[0] << 32;
}

/* A memory that is counted in, and how it is read. */
struct hits_run {
	uint64_t owner;	    /* of the server's memory, or the instance */
	uint64_t number;    /* no two of an owner's have the same one */
	const char *server; /* the name of its announcement; "": the instance */
	uint64_t map;	    /* hits_map_key() */
	char name[MAP_NAME]; /* of the map's file */
	uint64_t entries;
	unsigned int classes;
	/*
	 * Read entries from first on, a page of them; those behind the last are
	 * zeros. Returns 1, 0 where none was ever counted in so far, with *next
	 * the first that may have been (from a page's begin, or entries), or
	 * -errno.
	 */
	int (*read)(struct hits_run *run, unsigned int class, uint64_t first,
		    struct hit *hits, uint64_t *next);
	/* Whether all that was read is of this run: 0, or -ESTALE. */
	int (*valid)(struct hits_run *run);
	void *memory;
};

/*
 * hits_run_save - note what a memory has counted by now
 *
 * In a transaction of the caller's. It may be called again and again, by anyone,
 * for the same memory: a hit is counted once. Returns 0 or -errno with
 * error_set(); -ESTALE, where the transaction is to be undone, for a memory that
 * became another's meanwhile.
 */
int hits_run_save(struct hits_db *db, struct hits_run *run);

#endif
