/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_WHERE_H
#define FORMAT_CADDY_WHERE_H

#include <stdbool.h>
#include <stddef.h>

#include "format_regex_way.h"
#include "rule_scheme.h"

struct caddy_node;

/* The requests that a matcher is for, as sources have them. */
struct caddy_where {
	struct caddy_path {
		char *text;			    /* "/a", "/a*", "/a/{g1}" */
		const struct format_regex_way *way; /* or NULL */
	} * paths;				    /* none: all */
	char **hosts; /* none: all of the site's */
	size_t path_count, path_room, host_count, host_room;
	enum rule_scheme scheme;
	bool fold; /* the paths are compared without case */
	struct format_regex regex;
	char reason[160]; /* why it cannot be said */
};

/* Where named matchers are defined: a block, and those around it. */
struct caddy_scope {
	const struct caddy_node *nodes;
	const struct caddy_scope *outer;
};

/*
 * caddy_where_read - what a word that may be a matcher is for: "/a*", "@name",
 * "*"
 *
 * where is all zero. Returns 1; 0 for a word that is no matcher; -ENOTSUP with
 * its reason; -ENOMEM with error_set().
 */
int caddy_where_read(struct caddy_where *where, const struct caddy_scope *scope,
		     const char *word);

/* Note why it cannot be said; add a path or a host. They return -ENOTSUP; 0 or
 * -ENOMEM with error_set(). */
int caddy_where_cannot(struct caddy_where *where, const char *what,
		       const char *text);
int caddy_where_path(struct caddy_where *where, const char *text, size_t len,
		     const struct format_regex_way *way);
int caddy_where_host(struct caddy_where *where, const char *text);

/* Accepts one that is all zero, and makes it so. */
void caddy_where_free(struct caddy_where *where);

#endif
