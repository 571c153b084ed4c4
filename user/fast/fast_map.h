/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_MAP_H
#define FAST_MAP_H

#include <stdint.h>

#include "state.h"

struct fast_instance;
struct fast_loaded;

/*
 * Releases in BPF memory: the copies of map files that the fast path answers
 * from (fastpath.h has their layout). Slot 0 of an instance's `releases` map has
 * the one that answers; of an overlay, another slot has the base. The kernel
 * frees what is in no slot when no program reads it any more, so that while a
 * release is switched there are two copies of about the file's size each, but
 * of a base that both have, one. They count towards the memory limit of the
 * control group of the command that loaded them.
 *
 * The functions below need CAP_BPF and the right to use the instance's pins,
 * and return 0 or -errno with error_set() unless said otherwise: -EPERM where
 * the right is missing.
 */

/*
 * fast_map_load - copy a map file into BPF memory, where nothing uses it yet
 * @live: the release, and its map below maps/ ("" without rules: one chunk in
 *        which no lookup finds anything); a file that ends in ".tmp" is
 *        known by the name that it will have
 * @base: of an overlay, the slot that its base is in, or will be; else 0
 *
 * Every byte is checked against the file's checksums while it is copied.
 * Returns a descriptor, whose close gives the memory back unless the map is
 * in a slot, or -errno: -ENOMEM with the size that was asked for, -EBADMSG for
 * a damaged file, -EFBIG for one beyond 2^32 chunks.
 */
int fast_map_load_over(const char *state, const struct state_live *live,
		       uint32_t base);
int fast_map_load(const char *state, const struct state_live *live);

/* What a load of a release writes into its copy: number, name, and which file
 * of that name it is; crc and base are 0. -ENOENT when the file is missing.
 * Needs no privilege. */
int fast_map_describe(const char *state, const struct state_live *live,
		      struct fast_loaded *loaded);

/* A release that is loaded for the slots of an instance. */
struct fast_maps {
	int map;       /* array for slot 0, or -1 */
	uint32_t slot; /* of its base; 0: it is no overlay */
	int base;      /* array for that slot, -1: it is there */
};

/*
 * fast_maps_load - load a release, and its base if no slot has it
 * @maps: filled; fast_maps_close() it, loaded or not
 *
 * The caller holds the lock of the state directory until it has switched. An
 * overlay needs CAP_SYS_ADMIN, too. Errors as of fast_map_load().
 */
int fast_maps_load(struct fast_maps *maps, const struct fast_instance *instance,
		   const char *state, const struct state_live *live);

/* fast_maps_switch - answer from a loaded release: all programs of the
 * instance, at once. Takes about 10 ms, after which none reads the one before;
 * as much again where a base is freed. */
int fast_maps_switch(const struct fast_instance *instance,
		     const struct fast_maps *maps);

/* Frees what is in no slot. */
void fast_maps_close(struct fast_maps *maps);

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
 * -ENOENT without error_set() when slot 0 is empty. Needs CAP_SYS_ADMIN,
 * too: the kernel gives maps by their number to nobody else.
 */
int fast_map_loaded(const struct fast_instance *instance,
		    struct fast_loaded *loaded);

#endif
