/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_MISSES_H
#define FAST_MISSES_H

#include <stdint.h>

#include "miss.h"

struct fast_instance;

/* The fast path's memory of misses (miss.h): each CPU's. */

/*
 * fast_misses_set - have misses counted in the memory that the instance has
 * @buckets: that are asked for of each table; -1: none are
 *
 * The memory stays as it is while anything is attached. Returns 0 or -errno with
 * error_set(): -EBUSY where it is of another size than asked for.
 */
int fast_misses_set(const struct fast_instance *instance, int buckets);

/* Who gets what is read, in this order; not 0 ends it, and is returned. */
struct fast_misses_reader {
	int (*header)(const struct miss_header *header, void *arg);
	int (*bucket)(const struct miss_bucket *bucket, uint32_t table,
		      uint32_t number, void *arg);
	void *arg;
};

/*
 * fast_misses_read - read the memory of all CPUs, while they write
 *
 * A bucket comes once for each CPU that has something there; but for what a
 * processor wrote meanwhile again and again, as it stood at one time. Returns 0,
 * or -errno: -ENOENT without error_set() where nothing is attached, else with it.
 */
int fast_misses_read(const char *state,
		     const struct fast_misses_reader *reader);

/*
 * fast_misses_saver - have misses saved before their memory goes
 * @save: reads it by fast_misses_read()
 *
 * For the commands of this program, from then on.
 */
typedef void fast_misses_save_fn(const char *state);
void fast_misses_saver(fast_misses_save_fn *save);

/* Tell the saver that an instance goes. */
void fast_misses_leave(const struct fast_instance *instance);

/* The same for a map: have misses counted in it, from now on; and read it. */
int fast_misses_begin(int fd);
int fast_misses_each(int fd, const struct fast_misses_reader *reader);

#endif
