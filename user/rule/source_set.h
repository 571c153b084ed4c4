/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCE_SET_H
#define SOURCE_SET_H

#include <stdbool.h>
#include <stddef.h>

enum { SOURCE_SET_MAX = 16384 };

/* A few sources, as rules have them. All zero is an empty set. */
struct source_set {
	char **source;
	size_t count, room;
	bool full; /* there were more than SOURCE_SET_MAX: some are missing */
};

/* Add a source; it may be there already. Returns 0 or -ENOMEM with
 * error_set(). */
int source_set_add(struct source_set *set, const char *source, size_t len);

/* Put the sources in byte order, each once. */
void source_set_sort(struct source_set *set);

/* Accepts one that is all zero. */
void source_set_free(struct source_set *set);

#endif
