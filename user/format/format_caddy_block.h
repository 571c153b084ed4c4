/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_BLOCK_H
#define FORMAT_CADDY_BLOCK_H

#include "format_caddy_site.h"
#include "format_caddy_target.h"
#include "format_caddy_tree.h"
#include "format_turn.h"

struct format_read;

/* A site while its directives are read. */
struct caddy_site {
	struct format_read *read;
	struct format_turn turn;
	struct caddy_address *addresses;
	size_t count;
	struct caddy_target target;
	struct format_text source;
	/* what is told once of a site */
	bool slash_told, path_told, decoded_told, empty_told, depth_told,
		case_told, sent_told, relative_told, letters_told;
};

/* Read the directives of a site, in Caddy's order. Returns 0 or -errno with
 * error_set(). */
int caddy_site_read(struct caddy_site *site, const struct caddy_node *nodes);

#endif
