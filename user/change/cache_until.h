/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CACHE_UNTIL_H
#define CACHE_UNTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host.h"

struct ruleset;
struct store;

/* The permanent answers of a host that caches may hold. */
struct cache_until_host {
	char name[HOST_SIZE + 2]; /* as a rule has it */
	int64_t until;		  /* Unix time, seconds */
	int64_t since;		  /* when the first of them was sent */
	uint32_t max_age;	  /* of the one that is held longest */
	bool live;		  /* that is sent until now */
};

struct cache_until_span;

/* All zero holds nothing. */
struct cache_until {
	int64_t now;
	struct cache_until_host *hosts; /* those held longest first */
	size_t count, room;
	struct cache_until_span *spans; /* when which rows were live */
	size_t span_count, span_room;
};

/*
 * cache_until_find - until when caches may hold what rules answer or answered
 * @store: as it is before the change
 * @live:  the live release
 * @all:   how many rules that has
 * @gone:  the rules before the change, sorted, which answer until now
 * @rules: as they are after it, sorted, whose answers are live now
 * @now:   Unix time, at which an answer may be fetched for the last time
 *
 * From the releases that had a permanent code for their sources, how long each
 * was live, and the max-age that was sent. What was pruned is not known. Returns
 * 0 or -errno with error_set().
 */
int cache_until_find(struct cache_until *cache, struct store *store,
		     uint64_t live, uint64_t all, const struct ruleset *gone,
		     const struct ruleset *rules, int64_t now);

/*
 * cache_until_gone - the same of what answers no longer
 * @from: the release whose answers are meant; UINT64_MAX: those of all before
 * @live: the live release, which may be a new one of the same transaction
 *
 * All rows of the store are read.
 */
int cache_until_gone(struct cache_until *cache, struct store *store,
		     uint64_t from, uint64_t live, int64_t now);

/* The same of the rules that a change takes away or gives another answer: of what
 * they answered until now, without what was live before. Both sets are sorted. */
int cache_until_edit(struct cache_until *cache, const struct ruleset *gone,
		     const struct ruleset *rules, int64_t now);

/* Let now be a later moment: what is sent until now is held longer. */
void cache_until_later(struct cache_until *cache, int64_t now);

/* Accepts one that is all zero. */
void cache_until_free(struct cache_until *cache);

#endif
