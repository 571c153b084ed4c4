/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_LEAVE_H
#define HITS_LEAVE_H

struct fast_hits;

/*
 * What commands save, before it is gone, that take away what hits are counted by:
 * map files (release_map_leaves()), areas of the fast path
 * (fast_area_hits_saver()), and its misses (fast_misses_saver()). What fails delays nobody, and is told by
 * hits_leave_failed().
 */

/* Have that done by this program, from its begin on. */
void hits_leave_set(void);

/* By source, what was counted by a map's file. */
void hits_leave_map(const char *state, const char *name);

/* What an area has counted. */
void hits_leave_area(const char *state, const struct fast_hits *hits);

/* What the fast path has of misses. */
void hits_leave_misses(const char *state);

/* Why hits were lost, or NULL; once. */
const char *hits_leave_failed(void);

#endif
