/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_REGEX_H
#define FORMAT_NGINX_REGEX_H

#include "format_nginx_model.h"

/*
 * Expressions as nginx has them, made into regions of a host and path. Each
 * gives all regions that it has in common with "within" to fn, with its groups
 * in env; NULL: they are not asked for. Where it cannot be said that is told by
 * nginx_cannot(), and nothing is given. Returns whether it can be said.
 */
struct nginx_regex_ask {
	struct nginx *nginx;
	struct nginx_node *node; /* what to tell it of */
	const struct format_region *within;
	const struct nginx_env *env;
	nginx_region_fn *fn;
	void *arg;
	unsigned long at;
	bool content; /* what it takes is no redirect */
};

/* Of a path. flags: enum format_regex_flag */
bool nginx_regex_path(const struct nginx_regex_ask *ask, const char *regex,
		      unsigned int flags);

/* Of a host. */
bool nginx_regex_host(const struct nginx_regex_ask *ask, const char *regex);

/* Of host and path in one text. */
bool nginx_regex_both(const struct nginx_regex_ask *ask, const char *regex,
		      unsigned int flags);

/* Give what a region has in common with ask's; where that cannot be said it is
 * told as a difference. */
void nginx_meet(const struct nginx_regex_ask *ask,
		const struct format_region *region,
		const struct nginx_env *env);

#endif
