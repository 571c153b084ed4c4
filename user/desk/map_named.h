/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_NAMED_H
#define MAP_NAMED_H

#include <stdbool.h>
#include <stdio.h>

struct map;

/* Room for what a map is of, for people: "release 3, which is live". */
enum { MAP_NAMED_ABOUT = 200 };

/*
 * map_named - the map of the rules that a command line names (rules_named.h)
 * @map:   receives it, or NULL where there are no rules
 * @about: receives what it is of
 * @partial: of a file the rest of what rules can say only in part
 * @out:   what import would refuse of a file, what is put right, and progress
 *
 * Returns 0 or -errno with error_set().
 */
int map_named(struct map **map, char about[MAP_NAMED_ABOUT], const char *name,
	      const char *state, bool partial, FILE *out);

#endif
