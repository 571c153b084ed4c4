/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_HITS_H
#define FAST_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fast_area;
struct fast_instance;
struct fast_loaded;
struct hit;
struct map;

/*
 * What the fast path has counted (hits.h), of an area of an arena. The area's
 * number and the arena's id are those of no other counts: what was read once is
 * told by them from what was counted anew.
 */
struct fast_hits {
	uint64_t arena;			  /* its id */
	uint64_t area;			  /* its number */
	const struct fast_loaded *loaded; /* of the map (fastpath.h) */
	const struct map *map;		  /* in the arena */
	uint64_t entries;		  /* of the map alone (hits.h) */
	bool live; /* it answers, or is the base of what does; else counts are
		    * final */
};

/* Read what was counted, by GET and HEAD, from an entry on; zeros behind the last
 * one. */
void fast_hits_read(const struct fast_hits *hits, uint64_t first,
		    struct hit *hit, size_t count);

/* What is given is valid during the call. What it returns, unless 0, ends the
 * walk. */
typedef int fast_hits_fn(const struct fast_hits *hits, void *arg);

/*
 * fast_hits_each - walk over the areas of a state directory's instance
 * @locked: the caller holds the lock of the state directory, and sees what is
 *          left of releases before, too; without it only what is live
 *
 * For a process that has no instance open (fast_arena_open() says why), and root.
 * Returns 0, what each() returned, -ENOENT without error_set() where there is no
 * instance, or -errno with error_set().
 */
int fast_hits_each(const char *state, bool locked, fast_hits_fn *each,
		   void *arg);

/*
 * fast_hits_saver - have what was counted saved before its memory is given back
 *
 * Once in a program: then commands that change, attach or detach call it for each
 * area that goes, under the lock of the state directory, when no program counts
 * there any more: behind the cutover, or before it what a killed command left. It
 * is called whether something was counted or not, and may fail: the area goes all
 * the same. error_text() stays as it was.
 */
typedef void fast_hits_save_fn(const char *state, const struct fast_hits *hits);
void fast_hits_saver(fast_hits_save_fn *save);

/* Tell the saver of an area that goes, as fast_arena_leave() wants it; arg is the
 * struct fast_instance. */
void fast_hits_leave(const struct fast_area *area, void *arg);

/* Tell it of all areas, of an instance that is about to go: no program has its
 * arena any more but those that are ending. */
void fast_hits_leave_all(const struct fast_instance *instance);

#endif
