/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_PERMANENT_H
#define STORE_PERMANENT_H

#include <stdint.h>

#include "ruleset.h"

struct store;

/* A rule of any release whose answer caches keep: its code is permanent, its
 * max-age more than 0. */
struct store_permanent {
	uint32_t max_age;
	/* Releases, as store_rows() gives them; removed is above all of them if
	 * it was not. */
	uint64_t added, removed;
};

/*
 * store_permanent_each - call fn for what the sources of rules had before
 * @rules: sorted
 * @all:   how many rules there are about, of which they are a part
 *
 * Of every source, what answered requests of a scheme that the entry is for.
 * What fn returns if not 0 ends it and is returned. Returns 0 or -errno with
 * error_set().
 */
int store_permanent_each(struct store *store, const struct ruleset *rules,
			 uint64_t all,
			 int (*fn)(const struct ruleset_entry *entry,
				   const struct store_permanent *row,
				   void *arg),
			 void *arg);

/*
 * store_permanent_gone - call fn for rows that answer no longer
 * @from: the rows of the release (store_rows()) that had them; or UINT64_MAX: of
 *        any release
 * @to:   those of the release that has not: neither them, nor the same answer of
 *        the same rule
 *
 * By source. All rows are read. Returns as store_permanent_each() does.
 */
int store_permanent_gone(struct store *store, uint64_t from, uint64_t to,
			 int (*fn)(const char *source,
				   const struct store_permanent *row,
				   void *arg),
			 void *arg);

#endif
