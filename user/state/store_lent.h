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
 * its own; 0 for none. */
int store_lent_find(struct store *store, uint64_t rows, uint64_t *first,
		    uint64_t *own);

/* How many places a draft says something of; no more than most are counted. */
int store_lent_count(struct store *store, uint64_t rows, uint64_t most,
		     uint64_t *count);

/*
 * store_lent_over - begin a release whose rows are few over other ones
 * @under: the rows of that: a release's, or a draft's, which are copied
 * @rows:  receives those that it has: of a draft without a name
 */
int store_lent_over(struct store *store, uint64_t release, uint64_t under,
		    uint64_t *rows);

/* Write a draft's rows as those of a release that is being made, where the rows
 * as they are (store_rule.h) are those under the draft. */
int store_lent_write(struct store *store, uint64_t rows, uint64_t release);

/* A release has the draft's rows as its own now: so do those behind it that had
 * the draft's. That goes if no other has. */
int store_lent_fold(struct store *store, uint64_t rows, uint64_t release);

#endif
