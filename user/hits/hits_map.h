/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_MAP_H
#define HITS_MAP_H

#include <stdint.h>

struct map;

/*
 * hits_map_open - the map of a key, whatever its file is called by now
 * @name: what it was called
 *
 * One file alone: no lower map. Returns 0, -ENOENT without error_set() where there
 * is none that can be read, or -errno with error_set().
 */
int hits_map_open(struct map **map, const char *state, uint64_t key,
		  const char *name);

#endif
