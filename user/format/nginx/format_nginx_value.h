/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_VALUE_H
#define FORMAT_NGINX_VALUE_H

#include "format_nginx_model.h"
#include "format_text.h"

/* What a "set" or a map has given a variable (without '$'); NULL: neither. */
const struct nginx_env *nginx_env_find(const struct nginx_env *env,
				       const char *name, size_t len);

/* An environment with a variable more; NULL when memory is short. */
const struct nginx_env *nginx_env_set(struct nginx *nginx,
				      const struct nginx_env *next,
				      const char *name, const char *text,
				      const struct nginx_env *of);

/* One with what an expression took; one where the last expression took
 * nothing, which leaves its names alone. */
const struct nginx_env *nginx_env_groups(struct nginx *nginx,
					 const struct nginx_env *next,
					 const struct nginx_groups *groups);
const struct nginx_env *nginx_env_clear(struct nginx *nginx,
					const struct nginx_env *next);

/* Cut the variable off that a text begins with: "$name" or "${name}". Returns
 * what is behind it. */
const char *nginx_variable(const char *text, const char **name, size_t *len);

/*
 * nginx_value - a text with its variables, the same for all of a region
 *
 * Returns false, with what stands before the first variable that is not known
 * there, where it is not the same for all.
 */
bool nginx_value(struct nginx *nginx, const struct format_region *region,
		 const struct nginx_env *env, const char *text,
		 struct format_text *value);

#endif
