/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COST_WARN_H
#define COST_WARN_H

struct map;
struct line_errors;
struct ruleset;

/* Warn of sources whose lookup takes long, as change_warn() does of all. */
int cost_warn(struct line_errors *warnings, const struct map *map,
	      const struct ruleset *change);

#endif
