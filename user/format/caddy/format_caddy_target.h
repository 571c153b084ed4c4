/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_CADDY_TARGET_H
#define FORMAT_CADDY_TARGET_H

#include <stdbool.h>

#include "format_caddy_where.h"
#include "format_text.h"

/* The target of a redir as a rule's. */
struct caddy_target {
	struct format_text text;
	bool query;   /* the request's is kept */
	bool path;    /* the request's is put in, with its case */
	bool origin;  /* it was put before */
	bool decoded; /* the path is put in as it is decoded */
	bool empty;   /* a '?' is there without a query, too */
};

/*
 * caddy_target_read - make a target for one source
 * @to:     as it is written
 * @host:   of the source
 * @scheme: of the site; RULE_SCHEME_ANY: not known
 * @path:   of the source
 * @inside: what was taken off its path
 *
 * Returns 0; -ENOTSUP with *reason (a constant text); -EAGAIN if it depends on
 * the scheme.
 */
int caddy_target_read(struct caddy_target *target, const char *to,
		      const char *host, enum rule_scheme scheme,
		      const struct caddy_path *path, const char *inside,
		      const char **reason);

#endif
