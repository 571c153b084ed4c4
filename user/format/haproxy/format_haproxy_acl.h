/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_ACL_H
#define FORMAT_HAPROXY_ACL_H

#include "format_haproxy_set.h"

struct haproxy;

/* What a test of a condition takes: a named ACL, or one in braces. */
struct haproxy_acl {
	struct haproxy_set set;
	const struct haproxy_expr *expr; /* NULL: there are several */
	enum haproxy_match match;
	bool query; /* it asks whether there is a query */
};

/*
 * haproxy_acl_words - "FETCH [FLAG ...] [PATTERN ...]"
 *
 * Adds what it takes to acl. Returns 0, or -ENOMEM with error_set().
 */
int haproxy_acl_words(struct haproxy *haproxy, struct haproxy_acl *acl,
		      char **word, size_t count, unsigned long at);

/* An expression, a variable's by what sets it. Returns NULL with error_set() when
 * memory is short. */
struct haproxy_expr *haproxy_acl_expr(struct haproxy *haproxy, const char *text,
				      size_t len);

#endif
