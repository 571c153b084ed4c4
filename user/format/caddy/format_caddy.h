/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_H
#define FORMAT_CADDY_H

struct format;

/* Caddy's Caddyfile: what its sites redirect. */
extern const struct format format_caddy;

#endif
