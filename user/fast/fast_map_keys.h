/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_MAP_KEYS_H
#define FAST_MAP_KEYS_H

#include <stddef.h>

/*
 * fast_map_keys - the keys of a BPF map, gathered before any is removed, since
 * the kernel finds the next one from the one before
 * @size: of a key
 * @max: how many there may be
 * @keys: receives them, to be freed
 *
 * Returns how many there are, or -errno without error_set().
 */
long fast_map_keys(int map, size_t size, size_t max, void *keys);

#endif
