/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_MAPS_H
#define FORMAT_NGINX_MAPS_H

#include "format_nginx_model.h"

/* The maps that a configuration has. */

/* Make a map of its block, and of the lines of a file that is one; take one
 * entry in. */
struct nginx_map *nginx_map_make(struct nginx *nginx, struct nginx_node *node,
				 const char *name, const char *source);
void nginx_map_entry(struct nginx *nginx, struct nginx_map *map,
		     const char *const *word, size_t count, unsigned long at);
void nginx_map_block(struct nginx *nginx, struct nginx_node *node);

/* A map by the variable that it makes, or NULL. */
struct nginx_map *nginx_map_find(const struct nginx *nginx, const char *name,
				 size_t len);

#endif
