/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_INNER_H
#define FORMAT_NGINX_INNER_H

#include "format_nginx_model.h"

/* What nginx does with requests that it leads to another path of the same
 * server by itself. */

enum nginx_inner {
	NGINX_INNER_NO,
	NGINX_INNER_MAYBE, /* the path varies */
	NGINX_INNER_YES,
};

/* Whether a location redirects what comes to it so: a path, or "@name". node is
 * in its server. */
enum nginx_inner nginx_inner_redirects(struct nginx *nginx,
				       const struct nginx_node *node,
				       const char *path);

/* Tell of a rewrite to a path what it leads to, and of "try_files" and
 * "error_page". */
void nginx_inner_rewrite(struct nginx *nginx, struct nginx_node *node);
void nginx_inner_tell(struct nginx *nginx, struct nginx_node *node);

#endif
