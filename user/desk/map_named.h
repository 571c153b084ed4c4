/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_NAMED_H
#define MAP_NAMED_H

#include <stdio.h>

struct map;

/* Room for what a map is, for people: "release 3, live". */
enum { MAP_NAMED_ABOUT = 4200 };

/*
 * map_named - the map of the rules that a command line names
 * @map:   receives it, or NULL where there are no rules
 * @about: receives what it is of
 * @name:  "live"; a release's number; "draft", "draft:NAME"; else the path of a
 *         file of rules, "-" being standard input, of any format, as a rule set
 *         of its own
 * @out:   what is wrong with a file's lines, and what is put right
 *
 * Returns 0 or -errno with error_set(): also for a file that import would
 * refuse.
 */
int map_named(struct map **map, char about[MAP_NAMED_ABOUT], const char *name,
	      const char *state, FILE *out);

#endif
