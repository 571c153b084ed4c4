/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISS_SUM_H
#define MISS_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "miss.h"

/*
 * The misses of several memories (miss.h), added up. Each memory knows of an item
 * between how often it was asked for; and of one that it does not have, how often
 * that can have been at most. So the sums hold of all of them: an item was missed
 * `count` times at least and `count` + `error` at most, and one that is not among
 * them `absent` times at most.
 *
 * What is taken in may be of a hostile server: items that are none are left out.
 */
struct miss_sum;

/* One of the items that were asked for. */
struct miss_found {
	const char *text; /* not terminated; any bytes */
	size_t len;
	size_t host_len; /* of that the host; then the path */
	bool cut;	 /* stands for all that begins so */
	uint64_t count;
	uint64_t error;
	int64_t last; /* seen, Unix time */
};

/* Those of one table, the most often asked for first. */
struct miss_list {
	struct miss_found *found;
	size_t count;
	uint64_t absent;
	uint64_t missed; /* requests in all */
};

/* All functions return 0 or -ENOMEM with error_set() unless said otherwise. */

/* A sum of nothing. */
int miss_sum_new(struct miss_sum **sum);

/*
 * miss_sum_memory - begin with a memory
 * @header: it may be any bytes: of what is none, or counts nothing, 1 is
 *          returned, and nothing is to be added
 *
 * Memories with the same `run` are told apart all the same.
 */
int miss_sum_memory(struct miss_sum *sum, const struct miss_header *header);

/* Add a bucket of that memory, of which several writers may have one each. */
int miss_sum_bucket(struct miss_sum *sum, uint32_t table, uint32_t number,
		    const struct miss_bucket *bucket);

/* Add a memory of which only a list is left, as miss_sum_list() gave it. Any
 * count and error; a text that is none is left out. */
int miss_sum_kept(struct miss_sum *sum, uint32_t table,
		  const struct miss_list *list);

/*
 * miss_sum_list - what was asked for
 * @table: enum miss_table
 * @most:  how many items are wanted; 0: all. The list's `absent` is of those
 *         that are left out, too
 *
 * The texts are the sum's. The list goes with miss_list_free(), before it.
 */
int miss_sum_list(struct miss_sum *sum, uint32_t table, size_t most,
		  struct miss_list *list);

/* Accepts one of zeros. */
void miss_list_free(struct miss_list *list);

/* Accepts NULL. */
void miss_sum_free(struct miss_sum *sum);

#endif
