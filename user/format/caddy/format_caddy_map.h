/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_MAP_H
#define FORMAT_CADDY_MAP_H

#include "format_caddy_site.h"
#include "format_caddy_tree.h"

/* "map SOURCE {dest} ...", whose values a redir sends to. */

/* The map that gives a target "{dest}" its value, or NULL. */
const struct caddy_node *caddy_map_find(const struct caddy_scope *scope,
					const char *to);

/* Whether a named matcher is for requests that have such a value. */
bool caddy_map_wanted(const struct caddy_scope *scope, const char *matcher,
		      const char *to);

/* Give its rules, and at last that of its default. Returns 0 or -errno with
 * error_set(). */
int caddy_map_give(struct caddy_site *site, const struct caddy_node *map,
		   const struct caddy_where *where, const char *code,
		   const char *to);

#endif
