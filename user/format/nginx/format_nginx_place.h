/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_PLACE_H
#define FORMAT_NGINX_PLACE_H

#include <stddef.h>

#include "format_nginx_tree.h"

struct nginx;

/* What a location is for. */
enum nginx_place {
	NGINX_PLACE_EXACT,
	NGINX_PLACE_FINAL, /* "^~" */
	NGINX_PLACE_PREFIX,
	NGINX_PLACE_REGEX,
	NGINX_PLACE_REGEX_CASE,
	NGINX_PLACE_NAMED, /* no request's */
};

/* Whether a block is a location. */
bool nginx_is_location(const struct nginx_node *node);

/* The kind of a location, and its path or expression. */
enum nginx_place nginx_place(const struct nginx_node *node, const char **text);

/* A block's prefixes, the longest first; NULL when memory is short. */
struct nginx_node **nginx_place_prefixes(struct nginx *nginx,
					 const struct nginx_node *block,
					 size_t *count);

#endif
