/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_RUN_H
#define FORMAT_NGINX_RUN_H

#include "format_nginx_model.h"

/* What comes next: the rest of a block, and what is behind it. */
struct nginx_next {
	struct nginx_node *at;
	const struct nginx_next *up;
	/* what comes at the end of at: NULL: up */
	struct nginx_node *server;   /* its locations */
	struct nginx_node *location; /* its content */
};

/*
 * nginx_run - what a block's directives do with the requests of a region
 *
 * What answers them is added to nginx->first, in the order in which it counts.
 * nginx->err is set where it ends.
 */
void nginx_run(struct nginx *nginx, const struct nginx_next *next,
	       const struct format_region *region, const struct nginx_env *env);

#endif
