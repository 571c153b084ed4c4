/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MISS_STORE_H
#define MISS_STORE_H

#include <stdbool.h>
#include <stdint.h>

struct hits_db;
struct miss_sum;

/*
 * Misses in hits.db (hits_db.h): of each memory, which a random number tells from
 * all others, those that it had most of when it was saved last; and, as number 0,
 * what is left of all memories that are gone. All functions return 0 or -errno
 * with error_set().
 *
 *   miss_memory  a memory; whose it is: a server, by its announcement's name, or
 *                "" for the fast path
 *   miss_table   how much its tables had, and what is said of other items
 *   miss         the items
 */

enum { MISS_STORE_MOST = 512 /* items of a table of a memory */ };

/* Keep what was read of a memory, in a sum with nothing else. In a transaction of
 * the caller's, begun before that was read; it may be done again and again. */
int miss_store_save(struct hits_db *db, uint64_t run, const char *server,
		    struct miss_sum *one);

/* Add what is left of each memory for which fn returns true. */
int miss_store_read(struct hits_db *db, struct miss_sum *sum,
		    bool (*fn)(uint64_t run, const char *server, void *arg),
		    void *arg);

/* Put those together that are gone, as fn says. In a transaction of the
 * caller's. */
int miss_store_fold(struct hits_db *db,
		    bool (*fn)(uint64_t run, const char *server, void *arg),
		    void *arg);

#endif
