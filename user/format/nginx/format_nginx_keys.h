/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_KEYS_H
#define FORMAT_NGINX_KEYS_H

#include "format_nginx_model.h"

/* A map's keys. */

/* Read what the key is made of: "$host$uri". Returns false where rules have no
 * such key. */
bool nginx_key_read(struct nginx_key *key, const char *text);

/*
 * nginx_key_region - the region of a key that is no expression
 *
 * Returns false for one that no request has, or when memory is short.
 */
bool nginx_key_region(struct nginx *nginx, const struct nginx_map *map,
		      const char *key, struct format_region *region);

/*
 * nginx_map_bind - what a map's variable is for the requests of a region
 *
 * Gives each entry's region to fn, in the order in which they count, with the
 * value in env; at last the whole region with the default. Returns false where
 * rules have no such key, which is told.
 */
bool nginx_map_bind(struct nginx *nginx, struct nginx_map *map,
		    struct nginx_node *node, const struct format_region *within,
		    const struct nginx_env *env, nginx_region_fn *fn,
		    void *arg);

#endif
