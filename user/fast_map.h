/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_MAP_H
#define FAST_MAP_H

#include <stdint.h>

#include "state.h"

struct fast_instance;
struct fast_loaded;

/*
 * Releases in BPF memory: the copy of a map file that the fast path answers
 * from (fastpath.h has its layout). The slot of an instance's `releases` map
 * has the one that answers; the kernel frees the one before when no program
 * reads it any more, so that while a release is switched there are two copies
 * of about the file's size each. They count towards the memory limit of the
 * control group of the command that loaded them.
 *
 * The functions below need CAP_BPF and the right to use the instance's pins,
 * and return 0 or -errno with error_set() unless said otherwise: -EPERM where
 * the right is missing.
 */

/*
 * fast_map_load - copy a release into BPF memory, where nothing uses it yet
 * @live: the release, and its map below maps/ ("" without rules: one chunk in
 *        which no lookup finds anything)
 *
 * Every byte is checked against the file's checksums while it is copied.
 * Returns a descriptor, whose close gives the memory back unless the map is
 * in a slot, or -errno: -ENOMEM with the size that was asked for, -EBADMSG for
 * a damaged file, -EFBIG for one beyond 2^32 chunks.
 */
int fast_map_load(const char *state, const struct state_live *live);

/* What a load of a release writes into its copy: number, name, and which file
 * of that name it is. -ENOENT when the file is missing. Needs no privilege. */
int fast_map_describe(const char *state, const struct state_live *live,
		      struct fast_loaded *loaded);

/* fast_map_switch - answer from a loaded map: all programs of the instance, at
 * once. Takes about 10 ms, after which none reads the one before. */
int fast_map_switch(const struct fast_instance *instance, int map);

/*
 * fast_map_sync - make an instance answer from what is live
 *
 * For what was left by a command that was killed behind its cutover, and for
 * an instance that is new. Does nothing where it is so already. The caller
 * holds the lock of the state directory; a damaged map is compiled again.
 */
int fast_map_sync(const struct fast_instance *instance, const char *state);

/*
 * fast_map_loaded - which release an instance answers from
 *
 * -ENOENT without error_set() when its slot is empty. Needs CAP_SYS_ADMIN,
 * too: the kernel gives maps by their number to nobody else.
 */
int fast_map_loaded(const struct fast_instance *instance,
		    struct fast_loaded *loaded);

#endif
