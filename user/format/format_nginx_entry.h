/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_ENTRY_H
#define FORMAT_NGINX_ENTRY_H

#include <stdbool.h>

#include "format_nginx_model.h"

/* Add what answers the requests of a region; action NULL: nothing redirects
 * them. Whether some of them come to it; nginx->err is set where it ends. */
bool nginx_entry_add(struct nginx *nginx, const struct format_region *region,
		     const struct nginx_action *action, unsigned long at);

/* Requests of a region that nothing redirects. */
void nginx_run_pass(struct nginx *nginx, struct nginx_node *node,
		    const struct format_region *region);

/* Whether a block, or one in it, redirects. */
bool nginx_redirects(const struct nginx_node *node);

#endif
