/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_AREA_HITS_H
#define FAST_AREA_HITS_H

#include <stdbool.h>
#include <stdint.h>

struct fast_area;
struct fast_arena;
struct fast_loaded;
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

/* What is given is valid during the call. What it returns, unless 0, ends the
 * walk. */
typedef int fast_hits_fn(const struct fast_hits *hits, void *arg);

/* Tell of one area; of a map that is damaged nothing can be told. Returns 0, or
 * what each() returned. */
int fast_area_hits_tell(const struct fast_arena *arena,
			const struct fast_area *area, fast_hits_fn *each,
			void *arg);

/*
 * fast_area_hits_saver - have what was counted saved before its memory is given back
 *
 * Once in a program: then commands that change, attach or detach call it for each
 * area that goes, under the lock of the state directory, when no program counts
 * there any more: behind the cutover, or before it what a killed command left. It
 * is called whether something was counted or not, and may fail: the area goes all
 * the same. error_text() stays as it was.
 */
typedef void fast_hits_save_fn(const char *state, const struct fast_hits *hits);
void fast_area_hits_saver(fast_hits_save_fn *save);

/* Tell the saver of an area that goes, as fast_arena_leave() wants it. */
void fast_area_hits_leave(const struct fast_arena *arena,
			  const struct fast_area *area, void *state);

#endif
