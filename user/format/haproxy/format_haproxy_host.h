/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FORMAT_HAPROXY_HOST_H
#define FORMAT_HAPROXY_HOST_H

#include <stddef.h>

#include "format_haproxy_set.h"

/* What begins with "*." or "", then a name of len bytes in lower case, as
 * sources have it; NULL with error_set() when memory is short. */
const char *haproxy_host_make(struct haproxy *haproxy, const char *before,
			      const char *name, size_t len);

/* The length of a name without its port; 0 for one that rules cannot have. */
size_t haproxy_host_len(const char *name);

/* Add the requests of which the host matches a pattern; as
 * haproxy_pattern(). */
int haproxy_host(struct haproxy *haproxy, struct haproxy_set *set,
		 const struct haproxy_test *test, const char *pattern,
		 unsigned long at);

#endif
