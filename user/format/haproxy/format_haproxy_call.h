/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_CALL_H
#define FORMAT_HAPROXY_CALL_H

#include <stddef.h>

#include "format_pool.h"

enum { HAPROXY_ARGS = 4 };

/* One fetch or converter of an expression: NAME or NAME(ARG,...). */
struct haproxy_call {
	const char *name;
	const char *arg[HAPROXY_ARGS]; /* "" where there is none */
	size_t args;
};

/*
 * haproxy_call - cut the first call off an expression
 * @text: behind it: a ',' and what follows, or the end
 *
 * Returns 1, 0 for what is no call, or -ENOMEM with error_set().
 */
int haproxy_call(struct haproxy_call *call, struct format_pool *pool,
		 const char **text, const char *end);

#endif
