/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_REGEX_H
#define FORMAT_NGINX_REGEX_H

#include "format_nginx_meet.h"

/*
 * Expressions as nginx has them, made into regions of a host and path. Each
 * gives all regions that it has in common with "within" to fn, with its groups
 * in env. Where it cannot be said that is told by nginx_cannot(), and nothing is
 * given. Returns whether it can be said.
 */
/* Of a path. flags: enum format_regex_flag */
bool nginx_regex_path(const struct nginx_regex_ask *ask, const char *regex,
		      unsigned int flags);

/* Of a host. */
bool nginx_regex_host(const struct nginx_regex_ask *ask, const char *regex);

/* Of host and path in one text. */
bool nginx_regex_both(const struct nginx_regex_ask *ask, const char *regex,
		      unsigned int flags);

#endif
