/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_IF_H
#define FORMAT_NGINX_IF_H

#include "format_nginx_model.h"

/* What an "if" asks. */
enum nginx_if {
	NGINX_IF_UNKNOWN, /* told, if it matters */
	NGINX_IF_TRUE,	  /* for the regions that were given */
	NGINX_IF_FALSE,	  /* for those */
	NGINX_IF_SPLIT,	  /* fn asks the variable of each by nginx_if_true() */
};

/*
 * nginx_if_ask - give the regions that a condition is said of
 * @fn: not called where all else is returned
 *
 * What it says of them, and else not, is returned first by nginx_if_kind().
 */
enum nginx_if nginx_if_kind(struct nginx *nginx, struct nginx_node *node,
			    const struct format_region *region,
			    const struct nginx_env *env);
bool nginx_if_ask(struct nginx *nginx, struct nginx_node *node,
		  const struct format_region *region,
		  const struct nginx_env *env, nginx_region_fn *fn, void *arg);

/* Whether a condition on a variable that env has is true, for all of a
 * region. */
bool nginx_if_true(struct nginx *nginx, struct nginx_node *node,
		   const struct format_region *region,
		   const struct nginx_env *env, bool *unknown);

/* Whether a condition has an expression. */
bool nginx_if_matches(const struct nginx_node *node);

#endif
