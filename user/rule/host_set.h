/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HOST_SET_H
#define HOST_SET_H

#include <stdbool.h>
#include <stddef.h>

enum { HOST_SET_MAX = 1024 };

/* A few hosts, as rules have them: "a.example", "*.b.example", "*". All zero is
 * an empty set. */
struct host_set {
	char **host;
	size_t count, room;
	bool full; /* there were more than HOST_SET_MAX: some are missing */
};

/* Add the host that a text begins with; it may be there already. Returns 0 or
 * -ENOMEM with error_set(). */
int host_set_add(struct host_set *set, const char *host, size_t len);

/* Put the hosts in byte order, each once. */
void host_set_sort(struct host_set *set);

/* Accepts one that is all zero. */
void host_set_free(struct host_set *set);

#endif
