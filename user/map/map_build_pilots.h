/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_PILOTS_H
#define MAP_BUILD_PILOTS_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

/*
 * The perfect hash of one part (map.h): pilots under which all its keys have
 * slots of their own. Starts zeroed; the memory is used again for the next part.
 */
struct map_pilots {
	uint32_t *order;   /* keys by bucket */
	uint32_t *start;   /* where each bucket's begin there */
	uint32_t *by_size; /* buckets, those of the most keys first */
	uint64_t *taken;   /* a bit for each slot */
	size_t order_room, start_room, size_room, taken_room;
};

/*
 * map_pilots_find - choose the pilots of a part
 * @table:  with numbers of buckets and slots
 * @hash:   of its count keys; where several are the same, all but the first are
 *          changed as by map_chain()
 * @chain:  receives 1 for each key that another one is chained to, else 0
 * @bucket: receives the part's buckets, pilot and filter
 * @slot:   receives each key's slot in the part
 *
 * 0, or -errno with error_set(): -EAGAIN where no pilot does, which is so where
 * too many keys have one hash. Another hash key may.
 */
int map_pilots_find(struct map_pilots *pilots, const struct map_table *table,
		    uint64_t *hash, uint8_t *chain, uint32_t count,
		    uint64_t *bucket, uint32_t *slot);

/* Accepts one that is all zero. */
void map_pilots_free(struct map_pilots *pilots);

#endif
