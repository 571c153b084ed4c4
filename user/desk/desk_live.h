/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_LIVE_H
#define DESK_LIVE_H

#include <stdint.h>
#include <stdio.h>

struct map;
struct ruleset;

/*
 * desk_live - the rules of a release, and a map of them
 * @set:     receives them, sorted, without lines
 * @map:     receives the map, or NULL where there are no rules
 * @release: RELEASE_VIEW_LIVE: the live one
 * @out:     as for release_view_open()
 *
 * Returns 0 or -errno with error_set().
 */
int desk_live(struct ruleset *set, struct map **map, const char *state,
	      uint64_t release, FILE *out);

#endif
