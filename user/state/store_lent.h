/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_LENT_H
#define STORE_LENT_H

#include <stdint.h>

struct store;

/*
 * Rows of drafts that releases have (store_draft.h). All are for an open
 * transaction, and return 0 or -errno with error_set().
 */

/* Have the store say whether there are some, and whether a draft stands on
 * another: a detour that does not know of it must not take such rows for others. */
int store_lent_note(struct store *store);

/* Make the names of such drafts free for others, remove those that no release
 * has any more and no draft stands on, and note it. For a store whose last
 * release is live. */
int store_lent_tidy(struct store *store);

/* The last release that has rows of its own, and the first one behind some
 * release that has a draft's; 0 for none, which may have been pruned. */
int store_lent_own(struct store *store, uint64_t *own);
int store_lent_first(struct store *store, uint64_t rows, uint64_t behind,
		     uint64_t *first);

/* A release has the draft's rows as its own now: so do those behind it that had
 * the draft's, and what stood on that stands on the release. It goes if no other
 * has it. */
int store_lent_fold(struct store *store, uint64_t rows, uint64_t release);

#endif
