/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_MEET_H
#define FORMAT_CADDY_MEET_H

struct caddy_where;

/* Let it be for what another one is for, too. inside: paths are below that
 * prefix, which is taken off before they are compared (handle_path). Returns as
 * caddy_where_read(), 0 where nothing is left. */
int caddy_meet(struct caddy_where *where, const struct caddy_where *other,
	       const char *inside);

#endif
