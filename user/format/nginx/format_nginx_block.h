/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_BLOCK_H
#define FORMAT_NGINX_BLOCK_H

#include "format_nginx_tree.h"

/* Whether a block, or one in it, redirects. */
bool nginx_redirects(const struct nginx_node *node);

/* Whether something in a block ends what follows it. */
bool nginx_ends(const struct nginx_node *block);

#endif
