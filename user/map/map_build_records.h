/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_RECORDS_H
#define MAP_BUILD_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

struct map_writer;

/*
 * The records of a map while they are collected: the bytes lie in pieces by the
 * first bits of the hash, so that laying out a part later works on a piece of
 * memory that fits a cache. Starts zeroed.
 */
enum { MAP_PIECES = 1 << MAP_PART_BITS_MAX };

struct map_piece {
	uint8_t *bytes; /* struct piece_record and record, again and again */
	size_t used, room;
	uint32_t count;
};

struct map_records {
	struct map_piece piece[MAP_PIECES];
	size_t count;
	/* How many have up to so many bytes, as a power of 2; and the bytes of
	 * those that have more. */
	size_t up_to[MAP_SLOT_SHIFT_MAX + 1];
	size_t longer[MAP_SLOT_SHIFT_MAX + 1];
	uint64_t last;
};

/*
 * map_records_add - room for a record
 * @len: of the struct map_rule or map_host and its texts
 *
 * *record receives len bytes, zeroed, valid until the next call.
 * 0 or -ENOMEM with error_set().
 */
int map_records_add(struct map_records *records, uint64_t hash, size_t len,
		    uint8_t **record);

/* The record that was added last, by a number that is never 0; and the record of
 * a number, valid until the next call of map_records_add(). */
uint64_t map_records_last(const struct map_records *records);
uint8_t *map_records_get(const struct map_records *records, uint64_t number);

/* Accepts one that is all zero. */
void map_records_free(struct map_records *records);

/* Choose the size of a table that has room for the records. 0, or -EFBIG with
 * error_set(). */
int map_records_size(const struct map_records *records,
		     struct map_table *table);

/*
 * map_records_write - lay the records out and write them
 * @id: of the table, whose sections have their places
 *
 * The records' memory is freed on the way. 0 or -errno with error_set(); -EAGAIN
 * where too many keys have the same hash under this hash key.
 */
int map_records_write(struct map_records *records, struct map_writer *writer,
		      const struct map_table *table, enum map_table_id id);

#endif
