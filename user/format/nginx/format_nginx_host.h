/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_HOST_H
#define FORMAT_NGINX_HOST_H

#include "format_nginx_model.h"

/*
 * nginx_host_match - whether an expression takes one host, and with what groups
 * @groups: receives them, if it is not NULL: NULL when memory is short
 *
 * Returns 1 with groups, 0 where it does not; -1 where it is none that can be
 * tried.
 */
int nginx_host_match(struct nginx *nginx, const char *regex, const char *host,
		     const struct nginx_groups **groups);

/* The same of any text, and an expression without groups; fold: without case. */
int nginx_text_match(const char *regex, const char *text, bool fold);

#endif
