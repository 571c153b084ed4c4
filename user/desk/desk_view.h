/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DESK_VIEW_H
#define DESK_VIEW_H

struct map;
struct release_view;
struct ruleset;

/*
 * desk_view - the rules of a release or a draft, and a map of them
 * @set: receives them, sorted, without lines
 * @map: receives the map, or NULL where there are no rules
 *
 * Returns 0 or -errno with error_set().
 */
int desk_view(struct ruleset *set, struct map **map,
	      const struct release_view *view);

#endif
