/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_RELEASE_H
#define FAST_RELEASE_H

#include <stdint.h>
#include <stdio.h>

struct fast_instance;
struct fast_loaded;
struct live_file;

/*
 * A release in the slots of an instance: what the fast path answers from. All
 * return 0 or -errno with error_set() unless said otherwise.
 */

/* A release that is loaded for the slots of an instance. */
struct fast_release {
	int map;       /* array for slot 0, or -1 */
	uint32_t slot; /* of its lower map; 0: it is no overlay */
	int lower;     /* array for that slot, -1: it is there */
};

/*
 * fast_release_load - load a release, and its lower map if no slot has it
 * @release: filled; fast_release_close() it, loaded or not
 *
 * The caller holds the lock of the state directory until it has switched. An
 * overlay needs CAP_SYS_ADMIN, too. Errors as of fast_map_load().
 */
int fast_release_load(struct fast_release *release,
		      const struct fast_instance *instance, const char *state,
		      const struct live_file *live);

/* fast_release_switch - answer from a loaded release: all programs of the
 * instance, at once. Takes about 10 ms, after which none reads the one before;
 * as much again where a lower map is freed. */
int fast_release_switch(const struct fast_instance *instance,
			const struct fast_release *release);

/* Frees what is in no slot. */
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
 * -ENOENT without error_set() when slot 0 is empty. Needs CAP_SYS_ADMIN,
 * too: the kernel gives maps by their number to nobody else.
 */
int fast_release_loaded(const struct fast_instance *instance,
			struct fast_loaded *loaded);

#endif
