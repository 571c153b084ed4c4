/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_GIVE_H
#define FORMAT_CADDY_GIVE_H

#include "format_caddy_site.h"
#include "format_caddy_tree.h"

/*
 * Rules of a site, for each of its hosts and of the paths. They return 0 or
 * -errno with error_set().
 */

/* A redirect. inside: what was taken off the paths. */
int caddy_redir_give(struct caddy_site *site, const struct caddy_where *where,
		     const char *inside, const struct caddy_word *to,
		     const char *code);

/* 410, and what is no redirect. */
int caddy_gone_give(struct caddy_site *site, const struct caddy_where *where,
		    unsigned long at);
int caddy_hold_give(struct caddy_site *site, const struct caddy_where *where,
		    unsigned long at);

#endif
