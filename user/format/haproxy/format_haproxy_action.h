/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_ACTION_H
#define FORMAT_HAPROXY_ACTION_H

#include <stdbool.h>

#include "format_haproxy_expr.h"
#include "format_text.h"

/* What a line that redirects, or answers 410, does. */
struct haproxy_action {
	unsigned long at;
	const char *code;
	bool gone;
	struct haproxy_piece {
		struct haproxy_piece *next;
		const char *text; /* NULL: it is expr */
		const struct haproxy_expr *expr;
	} * pieces;
	const struct haproxy_expr *map; /* the piece that a map gives */
	bool append_slash, ignore_empty, keep_query;
	const char *why; /* rules cannot say it: a constant text */
	bool told;	 /* ... and it is said */
};

/* A target for the requests of a region. */
struct haproxy_target {
	struct format_text text;
	bool keep;	 /* the query is kept */
	bool rest;	 /* the remainder is in it */
	const char *why; /* no rule can have it: a constant text */
};

#endif
