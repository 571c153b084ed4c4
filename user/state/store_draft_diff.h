/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DRAFT_DIFF_H
#define STORE_DRAFT_DIFF_H

#include <stdbool.h>
#include <stdint.h>

struct rule;
struct store;
struct store_draft;
struct store_draft_diff;

/* A place in the order (rule_order.h) that a draft says something of. */
struct store_draft_place {
	const struct rule *draft, *other; /* NULL: no rule */
};

/*
 * store_draft_diff_open - go through what a draft says, beside a release
 * @rows: the release, as store_rows() gives it
 *
 * For a release with the rows that are under the draft this is all in which
 * they may differ. -ENOENT: they were another draft's, and are not any more. store_draft_diff_next() returns 1, with rules that are valid
 * until the next call, 0 at the end, or -errno. All return 0 or -errno with
 * error_set() unless said otherwise.
 */
int store_draft_diff_open(struct store_draft_diff **diff, struct store *store,
			  const struct store_draft *draft, uint64_t rows);
int store_draft_diff_next(struct store_draft_diff *diff,
			  struct store_draft_place *place);
void store_draft_diff_close(struct store_draft_diff *diff); /* or NULL */

/* How many rules are among what a draft says. */
int store_draft_own(struct store *store, const struct store_draft *draft,
		    uint64_t *rules);

#endif
