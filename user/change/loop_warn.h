/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOP_WARN_H
#define LOOP_WARN_H

struct map;
struct line_errors;
struct ruleset;

/* A rule's way back to itself (loop_warn.c), and lookups that take long
 * (cost_warn.c). */
int loop_warn(struct line_errors *warnings, const struct map *map,
	      const struct ruleset *change);

#endif
