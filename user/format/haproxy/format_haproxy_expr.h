/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_EXPR_H
#define FORMAT_HAPROXY_EXPR_H

#include <stdbool.h>
#include <stddef.h>

#include "format_pool.h"

/* What a sample expression asks a request for ("base,lower,map_str(F)"). */
enum haproxy_fetch {
	HAPROXY_OTHER, /* what rules do not know of */
	HAPROXY_HOST,
	HAPROXY_PATH,
	HAPROXY_BASE, /* host and path */
	HAPROXY_URL,  /* path and query, as pathq and capture.req.uri */
	HAPROXY_QUERY,
	HAPROXY_PARAM, /* the value of a pair of the query */
	HAPROXY_TLS,
	HAPROXY_PORT,
	HAPROXY_ALWAYS, /* true, or a constant text */
	HAPROXY_NEVER,
	HAPROXY_VAR,
};

/* How a sample is compared with patterns, or with the keys of a map. */
enum haproxy_match {
	HAPROXY_STR,
	HAPROXY_BEG,
	HAPROXY_END,
	HAPROXY_DIR,
	HAPROXY_DOM,
	HAPROXY_SUB,
	HAPROXY_REG,
	HAPROXY_FOUND,
	HAPROXY_BOOL,
	HAPROXY_NO_MATCH, /* none that is known */
};

struct haproxy_expr {
	const char *text; /* as it is written */
	enum haproxy_fetch fetch;
	enum haproxy_match match; /* of its name: "path_beg" */
	const char *name;	  /* of a variable; a constant text */
	bool lower, decoded;	  /* converted so */
	bool negated;		  /* "not" of a boolean */
	struct haproxy_sub {	  /* regsub(): in their order */
		struct haproxy_sub *next;
		const char *regex, *with, *flags;
	} * subs;
	const char *file; /* of the map that it is looked up in; or NULL */
	enum haproxy_match map_match;
	const char *fallback; /* what the map gives for all others; or NULL */
	const char *why;      /* why rules cannot say it: a constant text */
};

/* The match of a name, as "-m" and maps have them ("beg"). */
enum haproxy_match haproxy_match_of(const char *name, size_t len);

/* Read an expression of len bytes. Returns NULL with error_set() when memory is
 * short. */
struct haproxy_expr *haproxy_expr(struct format_pool *pool, const char *text,
				  size_t len);

/* How long the expression is that begins a text: up to what ends it, ']' or a
 * blank, or all of it. */
size_t haproxy_expr_len(const char *text, const char *ends);

#endif
