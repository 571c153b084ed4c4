/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PANE_MAP_H
#define PANE_MAP_H

/*
 * A map, and one below it, whose bytes are each given alone, with nothing readable
 * around them; the lookup in it, and a key at such a place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "map.h"

/* A map that gives no byte more than it promises. */
struct map {
	struct map_header header;
	uint8_t *section[MAP_SECTIONS];
	const struct map *lower;
};

static inline const struct map_header *map_header(const struct map *map)
{
	return &map->header;
}

enum {
	PAGE = 4096,
	PANE = (MAP_READ + 3 * MAP_SLACK + PAGE - 1) / PAGE * PAGE,
	PANES = 512, /* more than a search holds on to */
	ALIGN = 64,  /* as in a file, whose sections begin with a page */
};

/* Whether what is given begins where nothing can be read before it, or ends
 * where nothing can be read behind it. */
static bool front;
static uint8_t slack; /* what the slack is filled with */
static unsigned long reads;

static inline uint8_t *reserve(size_t size)
{
	void *room = mmap(NULL, size, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		abort();
	return room;
}

/* The next of some rooms that have nothing readable around them. */
static inline uint8_t *pane_next(void)
{
	static uint8_t *panes;
	static unsigned int next;
	unsigned int i;

	if (!panes) {
		panes = reserve((size_t)PANES * (PANE + PAGE) + PAGE);
		for (i = 0; i < PANES; i++)
			if (mprotect(panes + PAGE + (size_t)i * (PANE + PAGE),
				     PANE, PROT_READ | PROT_WRITE))
				abort();
	}
	return panes + PAGE + (size_t)(next++ % PANES) * (PANE + PAGE);
}

/* len bytes, or zeros, and the slack, aligned as in a file. */
static const uint8_t *pane_copy(const uint8_t *from, uint64_t at, uint32_t len)
{
	uint8_t *pane = pane_next();
	uint32_t off = at % ALIGN, size = len + MAP_SLACK;

	if (len > MAP_READ)
		fail_msg("%u bytes are asked for", len);
	if (!front)
		pane += (PANE - ALIGN - size - off) / ALIGN * ALIGN;
	/* ... what lies between it and the end, too. */
	memset(pane, from ? slack : 0, off + size + (front ? 0 : ALIGN));
	if (from)
		memcpy(pane + off, from, len);
	else
		memset(pane + off, 0, len);
	return pane + off;
}

static inline const __u8 *map_bytes(const struct map *map, int section,
				    __u64 at, __u32 len)
{
	uint64_t size = map->header.section[section].size;

	reads++;
	if (at > size || len > size - at)
		return pane_copy(NULL, 0, len);
	return pane_copy(map->section[section] + at, at, len);
}

#define MAP_BASE(map) ((map)->lower)
#define MAP_PREFETCH(pointer) __builtin_prefetch(pointer)
#include "lookup_rule.h"

enum {
	ID = 7,
	ROOM = 1 << 18,	  /* of a section, but for the largest's slots */
	READS_MAX = 1500, /* of one host level, an overlay's */
};

static const uint8_t slacks[] = {0, 0xff};
static struct map map, base;
static struct map_key *key;

static inline void table_set(struct map *to, int id, struct map_table table)
{
	struct map_section *section = &to->header.section[2 * id];

	to->header.table[id] = table;
	section[0].size = (uint64_t)table.buckets << table.part_bits << 3;
	section[1].size = (uint64_t)table.slots
			  << (table.part_bits + table.slot_shift);
}

/* All keys are let pass, and all have the only slot. */
static inline void map_clear(struct map *to)
{
	static const struct map_table one = {
		.slots = 1, .buckets = 1, .slot_shift = MAP_SLOT_SHIFT};
	int i;

	for (i = 0; i < MAP_SECTIONS; i++) {
		if (!to->section[i])
			to->section[i] = calloc(1, i % 2 ? 1 << 23 : ROOM);
		memset(to->section[i], 0, ROOM);
	}
	memset(&to->header, 0, sizeof(to->header));
	table_set(to, MAP_TABLE_HOSTS, one);
	table_set(to, MAP_TABLE_RULES, one);
	to->lower = NULL;
	for (i = 0; i < HASH_BLOCK; i++)
		to->header.hash_key.word[i] = 0x9e3779b97f4a7c15ULL * (i + 1);
	memset(to->section[MAP_HOST_BUCKETS], 0xff, 8);
	memset(to->section[MAP_RULE_BUCKETS], 0xff, 8);
}

static inline int prepare(bool at_front)
{
	size_t size = (sizeof(*key) + PAGE - 1) / PAGE * PAGE;

	front = at_front;
	slack = 0xff;
	map_clear(&map);
	map_clear(&base);
	if (!key) {
		uint8_t *room = reserve(size + 2 * PAGE);

		if (mprotect(room + PAGE, size, PROT_READ | PROT_WRITE))
			abort();
		key = (void *)(room + PAGE + size - (sizeof(*key) + 7) / 8 * 8);
	}
	memset(key, 0, sizeof(*key));
	return 0;
}

static inline int setup(void **state)
{
	(void)state;
	return prepare(false);
}

static inline int setup_front(void **state)
{
	(void)state;
	return prepare(true);
}

static inline uint64_t hash_of(int kind, uint64_t host, const char *text,
			       size_t len)
{
	static uint8_t room[LIMIT_PATH + 16];

	memcpy(room, text, len);
	return map_hash(&map.header, kind, host, room, len);
}

static inline void key_set(const char *host, const char *path)
{
	key->host_len = strlen(host);
	key->path_len = strlen(path);
	key->has_query = key->query_len = 0;
	memcpy(key->host, host, key->host_len);
	memcpy(key->path, path, key->path_len);
}

#endif
