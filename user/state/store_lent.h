/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_LENT_H
#define STORE_LENT_H

#include <stdint.h>

struct store;

/*
 * Rows of drafts that releases have (store_draft.h). All are for an open
 * transaction, and return 0 or -errno with error_set().
 */

/* Have the store say whether there are some: a detour that knows of no such
 * release must not take its rows for its own. */
int store_lent_note(struct store *store);

/* Make the names of such drafts free for others, and remove those that no
 * release has any more. For a store whose last release is live. */
int store_lent_tidy(struct store *store);

/* The first release that has a draft's rows, and the last one that has rows of
 * its own; 0 for none, which may have been pruned. */
int store_lent_find(struct store *store, uint64_t rows, uint64_t *first,
		    uint64_t *own);

/* A release has the draft's rows as its own now: so do those behind it that had
 * the draft's. That goes if no other has. */
int store_lent_fold(struct store *store, uint64_t rows, uint64_t release);

#endif
