/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_LOCATION_H
#define FORMAT_NGINX_LOCATION_H

#include "format_nginx_model.h"

/*
 * nginx_locations - what a server's locations do with the requests of a region
 *
 * In the order in which nginx takes them: "=", the longest prefix if it has
 * "^~", expressions, prefixes; those of a location before its own block.
 */
void nginx_locations(struct nginx *nginx, struct nginx_node *server,
		     const struct format_region *region,
		     const struct nginx_env *env);

#endif
