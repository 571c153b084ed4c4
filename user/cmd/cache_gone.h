/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CACHE_GONE_H
#define CACHE_GONE_H

#include <stdbool.h>
#include <stdint.h>

#include "cache_until.h"

struct cmd_change;
struct edit;

/* The permanent answers that a change takes away, for what is said of them to a
 * terminal on standard error, behind its own line: what runs in scripts is silent
 * when all is well, and may ask log --caches. All zero is none. */
struct cache_gone {
	struct cache_until cache; /* by host */
	bool hosts;
	uint64_t release; /* or of this one, in one: ... */
	uint32_t age;	  /* ... the largest max-age that it has */
};

/* Say until when caches may hold them, where there are any. The edit is sorted;
 * nothing is said of a draft, nor where no release was made. */
void cache_gone_edit(const struct cmd_change *change, const struct edit *edit);

/*
 * cache_gone_before, cache_gone_after - the same where the rules are in the store
 * @hosts: tell it by host, for which all rows are read behind the commit; if not,
 *         of the whole release before, which takes no time
 *
 * Before the change, and behind its commit; then cache_gone_end(), behind
 * cmd_change_end(), which says it.
 */
enum { CACHE_GONE_HOSTS = 200000 /* rules up to which it takes none either */ };
void cache_gone_before(struct cache_gone *gone, const struct cmd_change *change,
		       bool hosts);
void cache_gone_after(struct cache_gone *gone, const struct cmd_change *change);
void cache_gone_end(struct cache_gone *gone, const struct cmd_change *change);

#endif
