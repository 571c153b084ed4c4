/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_NGINX_SERVER_H
#define FORMAT_NGINX_SERVER_H

#include "format_nginx_model.h"

/* Run all server blocks, for all of their names, in the order in which nginx
 * takes them: exact names, "*.x" from the longest, expressions, the default. */
void nginx_servers(struct nginx *nginx);

#endif
