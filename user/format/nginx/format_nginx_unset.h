/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_UNSET_H
#define FORMAT_NGINX_UNSET_H

#include "format_nginx_model.h"

/* Look once what else gives values in the file. Memory is short: ends it all. */
void nginx_unset_begin(struct nginx *nginx);

/* The variables of a block that "set" alone gives values to, with '$'; NULL
 * behind the last one. Those that have values from outside, of maps and the
 * like, are no such. Memory is short: NULL, and ends it all. */
const char **nginx_unset_find(struct nginx *nginx,
			      const struct nginx_node *block);

/* An environment in which they are empty, as they are before any "set". */
const struct nginx_env *nginx_unset_env(struct nginx *nginx,
					const char *const *names,
					const struct nginx_env *env);

#endif
