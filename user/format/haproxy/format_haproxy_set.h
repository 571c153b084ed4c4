/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_SET_H
#define FORMAT_HAPROXY_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "format_haproxy_expr.h"
#include "format_region.h"

struct haproxy;

/* Requests that any of some regions has. */
struct haproxy_set {
	struct format_region *regions;
	size_t count, room;
	const char *why; /* rules cannot say it: a text that stays */
	bool told;	 /* a pattern adds nothing, and it is said why */
};

/* What is compared. */
struct haproxy_test {
	const struct haproxy_expr *expr;
	enum haproxy_match match;
	bool fold; /* "-i" */
};

/* Add a region. Returns 0, or -ENOMEM with error_set(). */
int haproxy_set_add(struct haproxy *haproxy, struct haproxy_set *set,
		    const struct format_region *region);

#endif
