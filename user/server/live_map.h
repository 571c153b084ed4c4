/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_MAP_H
#define LIVE_MAP_H

#include <stdint.h>

struct fast_reader_fds;
struct live;
struct live_hits;
struct map;

/*
 * The live release, followed by one control thread and read by workers
 * without locks. A worker holds at most one map, from live_enter() to
 * live_leave(); no map that a worker holds is unmapped.
 */

/*
 * live_open - find the live release, and verify its map
 * @workers: how many there will be
 *
 * A map that is missing or damaged is rebuilt from the store if possible, and
 * the server's stderr is told so.
 * Returns 0 or -errno with error_set().
 */
int live_open(struct live **live, const char *state, unsigned int workers);

/* Have hits counted from now on; no worker is running yet. hits may be NULL, and
 * is open for as long. */
void live_count(struct live *live, struct live_hits *hits);

/* No worker may be running any more. Accepts NULL. */
void live_close(struct live *live);

/* Whether this process may (still) read what is live: 0, also where it is not fit
 * to be read by anybody, or -EACCES or -EPERM with error_set(). */
int live_probe(const struct live *live);

/* A descriptor that becomes readable when the state directory changes, or -1;
 * live_check() quiets it. */
int live_fd(const struct live *live);

/*
 * live_check - see whether another release is live, and take it over
 *
 * Returns 1 if so, 0 if not, or -errno with error_set() when it cannot be
 * taken over: then the old one goes on answering. The same error is
 * returned once.
 */
int live_check(struct live *live);

/*
 * live_given - an arena that has the live map, too, if .arena is not -1
 *
 * From the next live_check() on the map is read from there, if it is the very
 * same, and else from its file. The descriptors are closed.
 */
void live_given(struct live *live, struct fast_reader_fds *fds);

/* Unmap what no worker needs any more; how many maps had to be kept, or are soon
 * to be looked for once more. */
unsigned int live_reap(struct live *live);

/* For messages; control thread only. */
uint64_t live_release(const struct live *live);
uint64_t live_rules(const struct live *live);

/* The map to answer from, NULL for no rules; and the end of its use. */
const struct map *live_enter(struct live *live, unsigned int worker);
void live_leave(struct live *live, unsigned int worker);

/* The release that a worker answers from: the map is what live_enter() gave it,
 * and it has not left yet. 0 before the first. */
uint64_t live_release_of(const struct live *live, const struct map *map);

#endif
