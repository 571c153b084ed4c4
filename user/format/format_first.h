/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_FIRST_H
#define FORMAT_FIRST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format_region.h"

/*
 * A list of which the first entry that a request is in answers it, made into
 * sources of which the most specific does. Where a wider entry comes before a
 * narrower one, or two meet, what they have in common becomes a source of its
 * own. All zero is an empty one; texts are the caller's and stay.
 */
struct format_first_entry {
	struct format_region region;
	const void *action; /* NULL: nothing answers */
	const char *value;
	unsigned long at;
};

enum { FORMAT_FIRST_NONE = UINT32_MAX };

/* All entries with the same host, path, kind and fold. */
struct format_first_key {
	const char *path;
	uint32_t host, next; /* the host's next key */
	uint32_t first[2];   /* entries: of http, of TLS */
	uint8_t kind, fold;
	bool made; /* of two that meet */
};

struct format_first_host {
	const char *name;
	uint32_t keys;	      /* patterns, then others, the newest first */
	uint32_t last;	      /* the last pattern */
	uint32_t patterns;    /* how many of them are */
	uint32_t pairs, sets; /* ... are pairs, and sets of several */
	uint8_t prefixes[2];  /* some are; with case, without */
	uint8_t kinds[2];     /* bits of all kinds; the same */
	bool acts;	      /* some answer */
};

struct format_first {
	struct format_first_entry *entries;
	struct format_first_key *keys;
	struct format_first_host *hosts;
	struct format_first_slot {
		uint32_t number; /* 0: free; else the index + 1 */
		uint32_t hash;
	} * key_slots, *host_slots;
	uint64_t *marks; /* a bit for each key's hash: most have none */
	size_t count, room, key_count, key_room, host_count, host_room;
	size_t key_slot_room, host_slot_room, mark_room;
	unsigned long steps; /* of format_first_cells.c */
	bool any, below;     /* there are hosts "*", "*.x" */
	bool folds[2];	     /* there are keys with case, without */
	bool slash; /* "/a/" does not take "/a": that is a pass, if need be */
	unsigned char lengths[8192]; /* of prefixes that there are */
	char **own;		     /* texts */
	size_t own_count, own_room;
};

/* The first entry that all requests of a region are in, for one scheme of it
 * (0: http, 1: TLS); FORMAT_FIRST_NONE if there is none. Both at once. */
uint32_t format_first_find(const struct format_first *first,
			   const struct format_region *region,
			   unsigned int scheme);

/* The same for both schemes. */
void format_first_both(const struct format_first *first,
		       const struct format_region *region, uint32_t entries[2]);

/* Whether any entry with an action has all requests of a region. */
bool format_first_acts(const struct format_first *first,
		       const struct format_region *region);

/* The host's record, FORMAT_FIRST_NONE if there is none; its key that is a
 * region's own, and the most specific one that has all of it. */
uint32_t format_first_host(const struct format_first *first, const char *name,
			   size_t len);
uint32_t format_first_key(const struct format_first *first, uint32_t host,
			  const struct format_region *region);
uint32_t format_first_around(const struct format_first *first, uint32_t host,
			     const struct format_region *region);

/* The region of a key. */
struct format_region format_first_region(const struct format_first *first,
					 const struct format_first_key *key);

/* What a walk over keys does with one. Returns true to end it. */
typedef bool format_first_key_fn(const struct format_first *first, uint32_t key,
				 void *arg);

/* Walk over the keys of all hosts that have all requests of a region. */
void format_first_walk(const struct format_first *first,
		       const struct format_region *region,
		       format_first_key_fn *fn, void *arg);

/* The next wider host of a name: "*.x" of "a.x" and of "*.a.x", at last "*".
 * Returns it in room for LIMIT_HOST + 4 bytes; false behind "*". */
bool format_first_wider(char *host);

/* Accepts one that is all zero. */
void format_first_free(struct format_first *first);

#endif
