/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISS_MEMORY_H
#define MISS_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "miss.h"

struct map;
struct map_key;

/*
 * A server's memory of misses (miss.h), which others may read: a
 * struct miss_header, and behind it the tables of each worker, who alone writes
 * them. Pages come when they are written. Readers get a descriptor of their own,
 * and read what stands there as a hostile server may have written it
 * (hits/miss_server.h).
 */
struct miss_memory;

/* The size that is asked for of each writer, in bytes; and what is not asked. */
#define MISS_MEMORY_MIN ((uint64_t)MISS_TABLES * MISS_BUCKET)
#define MISS_MEMORY_MAX (MISS_MEMORY_MIN * MISS_BUCKETS_MAX)
#define MISS_MEMORY_USUAL (MISS_MEMORY_MIN * 64)

/* How many buckets a table has in so many bytes: a power of 2; 0 for less than
 * MISS_MEMORY_MIN. */
uint32_t miss_memory_buckets(uint64_t size);

/* Fill a header for a memory of its own. Returns 0 or -EIO with error_set(). */
int miss_memory_header(struct miss_header *header, uint32_t buckets);

/*
 * miss_memory_new - memory for so many writers
 * @buckets: of each table, as above; 0: nothing is counted
 *
 * Returns 0 or -errno with error_set().
 */
int miss_memory_new(struct miss_memory **memory, unsigned int writers,
		    uint32_t buckets);

/* For reading, and nothing else; -1 where nothing is counted. */
int miss_memory_fd(const struct miss_memory *memory);

/*
 * miss_memory_count - count a request that no rule matches
 * @map: in which none does; NULL: there are no rules
 * @key: of the request, which has a path; its search is lost
 * @now: Unix time in seconds
 *
 * Accepts a memory of NULL. Allocates nothing, waits for nobody.
 */
void miss_memory_count(struct miss_memory *memory, unsigned int writer,
		       const struct map *map, struct map_key *key,
		       uint32_t now);

/* Accepts NULL. */
void miss_memory_free(struct miss_memory *memory);

#endif
