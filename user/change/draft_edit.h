/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRAFT_EDIT_H
#define DRAFT_EDIT_H

#include <stdint.h>

#include "edit.h"

struct store;
struct store_draft;

/*
 * What a draft makes of a release. All return 0 or -errno with error_set()
 * unless said otherwise.
 */

/*
 * draft_edit - the edit that makes a release have the draft's rules
 * @edit: all zero; is sorted behind it
 * @rows: the release, as store_rows() gives it: the one under the draft
 */
int draft_edit(struct edit *edit, struct store *store,
	       const struct store_draft *draft, uint64_t rows);

/* Which rule stands where the draft and a release both have another than the
 * draft began from. */
enum draft_prefer {
	DRAFT_PREFER_NONE, /* refuse */
	DRAFT_PREFER_DRAFT,
	DRAFT_PREFER_LIVE,
};

/* How many there were, and the first. */
struct draft_clash {
	uint64_t count;
	struct edit first; /* gone: the release's rules, rules: the draft's */
};
enum { DRAFT_CLASH_KEPT = 20 };

/*
 * draft_rebase - the edit of another release that does what the draft did to
 * the one that it began from
 * @clash: all zero; with DRAFT_PREFER_NONE the edit is of no use if some are
 *         counted
 *
 * -EEXIST if the rules cannot be there together (source_check.h).
 */
int draft_rebase(struct edit *edit, struct draft_clash *clash,
		 struct store *store, const struct store_draft *draft,
		 uint64_t rows, enum draft_prefer prefer);

#endif
