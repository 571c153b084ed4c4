/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_BLOCK_H
#define FORMAT_CADDY_BLOCK_H

struct caddy_node;
struct caddy_site;

/* Read the directives of a site, in Caddy's order. Returns 0 or -errno with
 * error_set(). */
int caddy_site_read(struct caddy_site *site, const struct caddy_node *nodes);

#endif
