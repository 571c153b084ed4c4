/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_PUT_H
#define FORMAT_HAPROXY_PUT_H

#include <stddef.h>

struct format_region;
struct haproxy;
struct haproxy_action;
struct haproxy_expr;
struct haproxy_target;

/* A target while it is made of pieces; target->why where one does not fit. */
struct haproxy_put {
	struct haproxy *haproxy;
	struct haproxy_target *target;
	const struct haproxy_action *action;
	const struct format_region *region;
};

/* A text as it is, which has a NUL behind len bytes; the request's host; its path, with the query where the
 * expression has that; its query. */
void haproxy_put_text(struct haproxy_put *put, const char *text, size_t len);
void haproxy_put_host(struct haproxy_put *put, const struct haproxy_expr *expr);
void haproxy_put_path(struct haproxy_put *put, const struct haproxy_expr *expr);
void haproxy_put_query(struct haproxy_put *put);

/* The query, behind '?' or '&', as rules keep it. */
void haproxy_put_kept(struct haproxy_put *put);

/* A '/' at its end, if there is none. */
void haproxy_put_slash(struct haproxy_put *put);

#endif
