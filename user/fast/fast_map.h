/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_MAP_H
#define FAST_MAP_H

#include <stdint.h>

#include "live_file.h"

struct fast_instance;
struct fast_loaded;

/*
 * Releases in BPF memory: the copies of map files that the fast path answers
 * from (fastpath.h has their layout). Slot 0 of an instance's `releases` map
 * has the one that answers; of an overlay, another slot has the lower map. The
 * kernel frees what is in no slot when no program reads it any more, so that
 * while a release is switched there are two copies of about the file's size
 * each, but of a lower map that both have, one. They count towards the memory
 * limit of the control group of the command that loaded them.
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
 * @slot: of an overlay, the slot that its lower map is in, or will be; else 0
 *
 * Every byte is checked against the file's checksums while it is copied.
 * Returns a descriptor, whose close gives the memory back unless the map is
 * in a slot, or -errno: -ENOMEM with the size that was asked for, -EBADMSG for
 * a damaged file, -EFBIG for one beyond 2^32 chunks.
 */
int fast_map_load_over(const char *state, const struct live_file *live,
		       uint32_t slot);
int fast_map_load(const char *state, const struct live_file *live);

/* What a load of a release writes into its copy: number, name, and which file
 * of that name it is; crc and base are 0. -ENOENT when the file is missing.
 * Needs no privilege. */
int fast_map_describe(const char *state, const struct live_file *live,
		      struct fast_loaded *loaded);

#endif
