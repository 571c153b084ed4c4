/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAP_TRIAL_H
#define MAP_TRIAL_H

struct map;
struct release_source;

/*
 * map_trial - compile and open a map that nobody else is to see
 * @map: receives it; NULL where the source has no rules
 *
 * It is compiled in TMPDIR, of which nothing stays, also where a signal ends
 * the program. Returns 0 or -errno with error_set().
 */
int map_trial(struct map **map, const struct release_source *source);

#endif
