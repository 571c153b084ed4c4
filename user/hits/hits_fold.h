/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_FOLD_H
#define HITS_FOLD_H

#include <stdbool.h>
#include <stdint.h>

struct hits_db;
struct map;

/* Hits of a map by source, which outlive it. In a transaction of the caller's;
 * all return 0 or -errno with error_set(). */

/*
 * hits_fold - add what was read of a map to the table by source, once
 * @map: open; what stands in its own file
 *
 * What is read of it later is added by the next call. Slots that are no rule's
 * are passed over.
 */
int hits_fold(struct hits_db *db, const struct map *map);

/*
 * hits_fold_waits - whether there is something to be added
 * @map: hits_map_key()
 */
int hits_fold_waits(struct hits_db *db, uint64_t map, bool *waits);

/*
 * hits_fold_leaves - note that a map's file goes
 * @map: hits_map_key()
 *
 * Who saves what was counted by it later adds it to the table himself, as
 * hits_fold_left() tells him.
 */
int hits_fold_leaves(struct hits_db *db, uint64_t map, const char *name);
int hits_fold_left(struct hits_db *db, uint64_t map, bool *left);

/* A rule's hits, by its source. Any counts may be 0. */
struct hits_sum {
	const char *source; /* stored */
	unsigned int kind;  /* rule_order_kind() */
	uint16_t code;
	uint64_t count[2]; /* by class */
	int64_t first, last;
};

/*
 * hits_sum_each - call fn for what is settled, and for what waits to be
 * @open: opens a map by its key and name, for a call of fn for each of its hits;
 *        -ENOENT: it is gone. Closed by map_close().
 *
 * Sources come several times, in no order. Returns what fn returned if not 0.
 */
int hits_sum_each(struct hits_db *db,
		  int (*open)(struct map **map, uint64_t key, const char *name,
			      void *arg),
		  int (*fn)(const struct hits_sum *sum, void *arg), void *arg);

#endif
