/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_MEET_H
#define FORMAT_NGINX_MEET_H

#include "format_nginx_model.h"

/* What is looked for among the requests of a region, and what gets it; fn is
 * NULL where it is not asked for. */
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

/* Give what a region has in common with ask's; where that cannot be said it is
 * told as a difference. */
void nginx_meet(const struct nginx_regex_ask *ask,
		const struct format_region *region,
		const struct nginx_env *env);

#endif
