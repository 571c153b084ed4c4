/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_OVERLAY_H
#define RELEASE_OVERLAY_H

#include <stdbool.h>
#include <stdint.h>

struct live_file;
struct store;

/*
 * release_map_overlay - compile an overlay over the map that is live, or its
 * lower map
 * @store: has the rules of the release that is made, and what was touched
 * @rows:  where its rules are in the store
 * @rules: their number
 * @large: receives whether it is time for release_map_whole()
 *
 * Returns 1 where a whole map is to be compiled instead: the live map is lost,
 * damaged, small or of a former detour, or too much differs from its lower map.
 */
int release_map_overlay(const char *path, const char *state,
			const struct live_file *live, struct store *store,
			uint64_t rows, uint64_t rules, bool *large);

#endif
