/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_SCHEME_H
#define FORMAT_HAPROXY_SCHEME_H

#include "format_haproxy_set.h"

struct haproxy;

/*
 * haproxy_scheme - add the requests of a scheme, by ssl_fc or a port
 * @flagged: "-m" says how it is compared
 * @pattern: count of them
 *
 * As haproxy_pattern().
 */
int haproxy_scheme(struct haproxy *haproxy, struct haproxy_set *set,
		   const struct haproxy_test *test, bool flagged,
		   char **pattern, size_t count, unsigned long at);

#endif
