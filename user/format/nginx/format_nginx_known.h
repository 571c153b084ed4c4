/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_KNOWN_H
#define FORMAT_NGINX_KNOWN_H

#include "format_nginx_model.h"

enum nginx_known { NGINX_KNOWN_NO, NGINX_KNOWN_YES, NGINX_KNOWN_NOT };

/*
 * nginx_known - whether a variable's value is as a condition says
 * @bound: what "set" or a map has given the variable
 * @op: "" (neither empty nor "0"), "=", "~" or "~*"
 *
 * Returns NGINX_KNOWN_NOT where it is not the same for all of a region, or an
 * expression cannot be tried, or has groups.
 */
enum nginx_known nginx_known(struct nginx *nginx,
			     const struct format_region *region,
			     const struct nginx_env *bound, const char *op,
			     const char *value);

#endif
