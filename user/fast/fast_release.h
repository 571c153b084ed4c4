/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_RELEASE_H
#define FAST_RELEASE_H

#include <stdint.h>
#include <stdio.h>

struct fast_area;
struct fast_arena;
struct fast_instance;
struct fast_loaded;
struct live_file;

/*
 * A release in the arena of an instance: what the fast path answers from. All
 * return 0 or -errno with error_set() unless said otherwise.
 */

/* A release that is loaded into the arena of an instance. */
struct fast_release {
	struct fast_arena *arena;
	struct fast_area *map;		/* or NULL: not loaded */
	const struct fast_area *lower;	/* of an overlay: its lower map */
	struct fast_area *lower_loaded; /* ... if it was not there before */
};

/*
 * fast_release_load - load a release, and its lower map if that is not there
 * @release: filled; fast_release_close() it, loaded or not
 *
 * The caller holds the lock of the state directory until it has closed it. What
 * a killed command left in the arena is given back first. Errors as of
 * fast_map_load().
 */
int fast_release_load(struct fast_release *release,
		      const struct fast_instance *instance, const char *state,
		      const struct live_file *live);

/* fast_release_switch - answer from a loaded release: all programs of the
 * instance, at once. */
void fast_release_switch(const struct fast_release *release);

/*
 * fast_release_close - give back what was loaded, or what a switch has put out of
 * use
 *
 * The latter takes 10 ms, after which no program reads the release before, and
 * then some 20 us for each of its pages. What fails is left to the next
 * command.
 */
void fast_release_close(struct fast_release *release);

/*
 * fast_release_sync - make an instance answer from what is live
 *
 * For what was left by a command that was killed behind its cutover, and for
 * an instance that is new. Does nothing where it is so already. The caller
 * holds the lock of the state directory; a damaged map is compiled again, as
 * release_map_mend() does.
 */
int fast_release_sync(const struct fast_instance *instance, const char *state,
		      FILE *out);

/*
 * fast_release_loaded - which release an instance answers from
 *
 * @memory: receives how many bytes the arena has in use; or NULL
 *
 * -ENOENT without error_set() when nothing is loaded.
 */
int fast_release_loaded(const struct fast_instance *instance,
			struct fast_loaded *loaded, uint64_t *memory);

#endif
