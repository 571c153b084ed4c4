/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_TABLES_H
#define MAP_BUILD_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include "map.h"

struct map_writer;

/*
 * The records of one hash table while they are collected: the bytes lie in
 * parts by the first bits of the hash, so that laying them out by group later
 * works on a piece of memory that fits a cache. Starts zeroed.
 */
enum { MAP_PARTS = 256 };

struct map_part {
	uint8_t *bytes; /* struct part_record and record, again and again */
	size_t used, room;
};

struct map_records {
	struct map_part part[MAP_PARTS];
	size_t count;
};

/*
 * map_records_add - room for a record
 *
 * *record receives len bytes, zeroed, valid until the next call.
 * 0 or -ENOMEM with error_set().
 */
int map_records_add(struct map_records *records, uint64_t hash, size_t len,
		    uint8_t **record);

/* Accepts one that is all zero. */
void map_records_free(struct map_records *records);

/*
 * map_groups_write - lay the records out by group and write them
 * @slots:  receives the section of the groups' slots, malloc()ed
 * @table:  filled
 *
 * The records' memory is freed on the way. 0 or -errno with error_set();
 * -EAGAIN when a group is too large under this hash key.
 */
int map_groups_write(struct map_writer *writer, struct map_records *records,
		     struct map_slot **slots, struct map_table *table);

#endif
