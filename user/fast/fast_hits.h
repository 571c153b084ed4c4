/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_HITS_H
#define FAST_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fast_area_hits.h"

struct fast_instance;
struct hit;

/* Read what was counted, by GET and HEAD, from an entry on; zeros behind the last
 * one. */
void fast_hits_read(const struct fast_hits *hits, uint64_t first,
		    struct hit *hit, size_t count);

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

/* Tell the saver of all areas, of an instance that is about to go: no program has its
 * arena any more but those that are ending. */
void fast_hits_leave_all(const struct fast_instance *instance);

#endif
