/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_PATHS_H
#define MAP_BUILD_PATHS_H

struct map_build_host;
struct map_building;
struct map_parts;

/*
 * map_paths_add - add a rule, or that it is gone, to its host
 *
 * The host has begun. 0, or -errno with error_set(): -EEXIST for a second rule
 * of the prefix "/".
 */
int map_paths_add(struct map_building *build, struct map_build_host *host,
		  struct map_parts *parts);

/* Add the rule for https of a source whose rule for http was added last. */
int map_paths_add_second(struct map_building *build,
			 struct map_build_host *host, struct map_parts *parts);

#endif
