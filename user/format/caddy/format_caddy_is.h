/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_IS_H
#define FORMAT_CADDY_IS_H

#include <stdbool.h>

struct format_head;

/* Whether a file is called Caddyfile, or has a redir in a block of addresses. */
bool caddy_is(const struct format_head *head);

#endif
