/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_BUILD_H
#define MAP_BUILD_H

#include <stdbool.h>
#include <stdint.h>

struct map;
struct map_build;
struct rule;

/*
 * Compile rules into a map file.
 *
 * map_build_open() creates the file (it must not exist), map_build_add() takes
 * the rules grouped by host (sorted by source they are), and
 * map_build_finish() writes what remains and syncs the file to the disk.
 * All return 0 or -errno with error_set(). map_build_free() accepts NULL, and
 * removes a file that was not finished.
 *
 * The order of rules within a host does not matter, but for this: the sets of
 * pairs of a path follow one another, and of a source with a rule for each
 * scheme that for https follows that for http, as they do when they are sorted.
 * The same source twice is the caller's error, and -EEXIST where it is noticed.
 */
int map_build_open(struct map_build **build, const char *path);

/*
 * map_build_over - make it an overlay (map.h); before the first rule
 * @lower: the open map below, no overlay itself; in use until map_build_finish()
 * @name:  of its file
 * @rules: of the whole release
 *
 * Then map_build_add() takes the rules that were added or changed since, and
 * map_build_gone() in the same order the sources of those that were removed, as
 * they are stored, and whether they had case=ignore.
 * -EAGAIN from any of them says that the release has to be compiled whole.
 */
void map_build_over(struct map_build *build, const struct map *lower,
		    const char *name, uint64_t rules);
int map_build_gone(struct map_build *build, const char *source, bool fold);

/* Say that the sources are not in today's normal form (map.h). */
void map_build_former(struct map_build *build);

/* Add a rule, after all whose sources are before its own. */
int map_build_add(struct map_build *build, const struct rule *rule);
/* Write what is left of the file, and its header. */
int map_build_finish(struct map_build *build);
/* Accepts NULL. */
void map_build_free(struct map_build *build);

#endif
