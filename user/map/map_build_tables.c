// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "map_build_tables.h"
#include "map_view.h"
#include "map_build_file.h"

enum {
	GROUP_FILL = 4,	    /* keys of a group, on average */
	RECORD_LONG = 512,  /* longer ones stand outside of their group */
	PART_SHIFT = 64 - 8 /* the hash's bits that choose the part */
};
_Static_assert(MAP_PARTS == 1 << (64 - PART_SHIFT), "parts");
_Static_assert(sizeof(struct map_group) +
			       MAP_GROUP_MAX * (sizeof(struct map_entry) +
						RECORD_LONG) <
		       MAP_CHUNK - 8,
	       "a group fits a chunk");

struct part_record {
	uint64_t hash;
	uint32_t len; /* multiple of 8 */
	uint32_t group;
};

static int no_memory(void)
{
	return error_sys(-ENOMEM, "cannot compile the map");
}

int map_records_add(struct map_records *records, uint64_t hash, size_t len,
		    uint8_t **record)
{
	struct map_part *part = &records->part[hash >> PART_SHIFT];
	struct part_record *head;
	size_t want;

	len = (len + 7) & ~(size_t)7;
	want = part->used + sizeof(*head) + len;
	if (array_grow(&part->bytes, &part->room, want, 1))
		return no_memory();
	head = (void *)(part->bytes + part->used);
	head->hash = hash;
	head->len = len;
	part->used = want;
	records->count++;
	*record = (uint8_t *)(head + 1);
	memset(*record, 0, len);
	return 0;
}

static void part_free(struct map_part *part)
{
	free(part->bytes);
	*part = (struct map_part){0};
}

void map_records_free(struct map_records *records)
{
	int i;

	for (i = 0; i < MAP_PARTS; i++)
		part_free(&records->part[i]);
}

/* One part while it is laid out. */
struct layout {
	struct map_writer *writer;
	struct map_slot *slots; /* of the whole table */
	struct map_table *table;
	struct part_record **order; /* the part's records by group */
	uint32_t *start;	    /* where each of its groups begins there */
	size_t room, start_room;
};

static struct part_record *record_next(struct part_record *record)
{
	return (void *)((uint8_t *)(record + 1) + record->len);
}

static int layout_room(struct layout *layout, size_t count, size_t groups)
{
	if (array_grow(&layout->order, &layout->room, count,
		       sizeof(*layout->order)) ||
	    array_grow(&layout->start, &layout->start_room, groups,
		       sizeof(*layout->start)))
		return no_memory();
	memset(layout->start, 0, groups * sizeof(*layout->start));
	return 0;
}

/* Counting sort by group. The part's groups are first to first + n - 1. */
static int layout_sort(struct layout *layout, struct map_part *part,
		       uint32_t first, uint32_t n)
{
	struct part_record *record, *end = (void *)(part->bytes + part->used);
	uint32_t i, sum = 0, count = 0;
	int err;

	for (record = (void *)part->bytes; record < end;
	     record = record_next(record))
		count++;
	err = layout_room(layout, count, n);
	if (err)
		return err;
	for (record = (void *)part->bytes; record < end;
	     record = record_next(record)) {
		record->group =
			((record->hash >> 32) * layout->table->groups >> 32) -
			first;
		layout->start[record->group]++;
	}
	for (i = 0; i < n; i++) {
		uint32_t in_group = layout->start[i];

		if (in_group > layout->table->most)
			layout->table->most = in_group;
		layout->start[i] = sum;
		sum += in_group;
	}
	if (layout->table->most > MAP_GROUP_MAX) /* no key of ours, by chance */
		return error_set(-EAGAIN, "cannot compile the map: try again");
	for (record = (void *)part->bytes; record < end;
	     record = record_next(record))
		layout->order[layout->start[record->group]++] = record;
	return 0;
}

static int long_write(struct map_writer *writer, const struct part_record *from,
		      uint32_t *addr)
{
	uint8_t *to;
	int err;

	err = map_writer_record(writer, from->len, &to, addr);
	if (!err)
		memcpy(to, from + 1, from->len);
	return err;
}

/* Write a group: its entries, then its records but the long ones. */
static int group_write(struct map_writer *writer, struct part_record **records,
		       uint32_t count, struct map_slot *slot)
{
	struct map_entry entry[MAP_GROUP_MAX];
	struct map_group head = {.count = count};
	size_t size = sizeof(head) + count * sizeof(*entry), at = size;
	uint8_t *to;
	uint32_t i;
	int err;

	for (i = 0; i < count; i++) {
		entry[i].tag = records[i]->hash;
		slot->filter |= map_filter(records[i]->hash);
		if (records[i]->len <= RECORD_LONG) {
			size += records[i]->len;
			continue;
		}
		err = long_write(writer, records[i], &entry[i].addr);
		if (err)
			return err;
	}
	err = map_writer_record(writer, size, &to, &slot->addr);
	if (err)
		return err;
	for (i = 0; i < count; i++) {
		if (records[i]->len > RECORD_LONG)
			continue;
		entry[i].addr = slot->addr + at / 8;
		memcpy(to + at, records[i] + 1, records[i]->len);
		at += records[i]->len;
	}
	memcpy(to, &head, sizeof(head));
	memcpy(to + sizeof(head), entry, count * sizeof(*entry));
	return 0;
}

static int part_write(struct layout *layout, struct map_part *part, int number)
{
	uint32_t n = layout->table->groups / MAP_PARTS, first = number * n;
	uint32_t i, from = 0;
	int err;

	if (!part->used)
		return 0;
	err = layout_sort(layout, part, first, n);
	if (err)
		return err;
	/* layout_sort() left each group's end where its start was. */
	for (i = 0; i < n; i++) {
		uint32_t to = layout->start[i];

		if (to == from)
			continue;
		err = group_write(layout->writer, layout->order + from,
				  to - from, &layout->slots[first + i]);
		if (err)
			return err;
		from = to;
	}
	return 0;
}

int map_groups_write(struct map_writer *writer, struct map_records *records,
		     struct map_slot **slots, struct map_table *table)
{
	/* A multiple of the parts, so that each has groups of its own. */
	uint64_t count =
		(records->count / GROUP_FILL / MAP_PARTS + 1) * MAP_PARTS;
	struct layout layout = {.writer = writer, .table = table};
	int i, err = 0;

	if (count >= UINT32_MAX)
		return error_set(-EFBIG, "cannot compile the map: %zu rules",
				 records->count);
	table->groups = count;
	table->most = 0;
	*slots = layout.slots = calloc(count, sizeof(**slots));
	if (!layout.slots)
		return no_memory();
	for (i = 0; i < MAP_PARTS && !err; i++) {
		err = part_write(&layout, &records->part[i], i);
		part_free(&records->part[i]);
	}
	free(layout.order);
	free(layout.start);
	return err;
}
