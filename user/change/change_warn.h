/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHANGE_WARN_H
#define CHANGE_WARN_H

struct map;
struct line_errors;
struct ruleset;

/*
 * What may be meant, but mostly is not: warnings about rules that a change
 * brings, seen from the release that has them. All return 0 or -errno with
 * error_set().
 *
 * @map:    of the release; NULL: it has no rules
 * @change: sorted by source, each once; lines of 0: none
 */
int change_warn(struct line_errors *warnings, const struct map *map,
		const struct ruleset *change);

/* The same from the map that is live. */
int change_warn_live(struct line_errors *warnings, const char *state,
		     const struct ruleset *change);

#endif
