/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_HITS_H
#define LIVE_HITS_H

#include <stdbool.h>
#include <stdint.h>

struct look_offer;
struct map;

/*
 * The counts of the maps that a server answers from. All is made before the first
 * worker starts, in the control thread; workers count by hits_add() alone.
 */
struct live_hits;

/*
 * live_hits_new - have memory to count in, and a process that saves it
 * @state: outlives it
 * @name:  of the server's announcement
 * @limit: bytes that the counts of a map may take; 0: none are counted
 * @misses: descriptor of the memory of misses, which it saves as well; or -1
 *
 * Before the server gives up its rights. Returns 0 or -errno with error_set();
 * without anybody to save them, hits are counted all the same (1, with
 * error_set()).
 */
int live_hits_new(struct live_hits **hits, const char *state, const char *name,
		  uint64_t limit, int misses);

/* What it has to be looked at (serve_look.h). */
struct look_offer live_hits_offer(struct live_hits *hits);

/* Have a map and its lower one counted, before workers get it. hits or map may be
 * NULL. @name: of its file */
void live_hits_attach(struct live_hits *hits, struct map *map,
		      const char *name);

/* Have the counts saved that belong to none of these maps nor their lower ones;
 * some may be NULL. Accepts NULL. */
void live_hits_settle(struct live_hits *hits, const struct map *const *maps,
		      unsigned int count);

/* Save all. No worker is running any more. Accepts NULL. */
void live_hits_close(struct live_hits *hits);

#endif
