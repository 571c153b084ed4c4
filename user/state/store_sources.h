/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_SOURCES_H
#define STORE_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

struct source_set;
struct store;

/*
 * The sources whose rules a release changed, of those that changed few of many:
 * so that it can be told what differs from an earlier one without reading all.
 * Their table is made when it is needed. All return 0 or -errno with
 * error_set().
 */

/* Note them of a release that is being made, at its time, if they are few. */
int store_sources_note(struct store *store, uint64_t release, int64_t time,
		       const struct source_set *sources);

/* Add them to a set; *known: there are some. What another detour made under the
 * same number, at another time, has none. */
int store_sources_read(struct store *store, uint64_t release, int64_t time,
		       struct source_set *sources, bool *known);

/* Forget those of releases before one, and behind one. */
int store_sources_forget(struct store *store, uint64_t before, uint64_t behind);

#endif
