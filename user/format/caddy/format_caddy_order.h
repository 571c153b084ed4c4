/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_ORDER_H
#define FORMAT_CADDY_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "format_caddy_where.h"

/* The directives that count here, in the order in which Caddy runs them. */
enum caddy_directive {
	CADDY_MAP,
	CADDY_REDIR,
	CADDY_REWRITE, /* and what else changes a path */
	CADDY_HANDLE,
	CADDY_HANDLE_PATH,
	CADDY_ROUTE,
	CADDY_RESPOND, /* and what else answers */
	CADDY_OTHER,   /* has nothing to do with what is answered */
	CADDY_UNKNOWN,
};

/* A directive of a block. */
struct caddy_item {
	const struct caddy_node *node;
	enum caddy_directive directive;
	size_t rank; /* of directives that answer */
	size_t path; /* how long its only path is, or 0 */
	bool matcher;
	size_t number; /* as it is written */
};

/*
 * caddy_items_make - the directives of a block in Caddy's order
 * @sorted: false: as they are written (route)
 *
 * *items is to be freed. Returns 0 or -ENOMEM with error_set().
 */
int caddy_items_make(struct caddy_item **items, size_t *count,
		     const struct caddy_scope *scope, bool sorted);

#endif
