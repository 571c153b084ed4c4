/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_ACT_H
#define FORMAT_NGINX_ACT_H

#include "format_nginx_model.h"

/* What answers requests: it is added to nginx->first. nginx->err is set where
 * that ends. */

/* A "return", whatever its code. */
void nginx_return(struct nginx *nginx, struct nginx_node *node,
		  const struct format_region *region,
		  const struct nginx_env *env);

/* A "rewrite", for those of the requests that its expression takes. */
void nginx_rewrite(struct nginx *nginx, struct nginx_node *node,
		   const struct format_region *region,
		   const struct nginx_env *env);

/* A turn to a path, with the query, that nginx makes by itself. */
void nginx_slash_add(struct nginx *nginx, struct nginx_node *node,
		     const struct format_region *region, const char *path);

/* Requests of a region that nothing redirects. */
void nginx_pass(struct nginx *nginx, struct nginx_node *node,
		const struct format_region *region);

#endif
