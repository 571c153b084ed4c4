/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_FEW_H
#define STORE_FEW_H

#include <stdint.h>

struct store;

/*
 * A release whose rows are few over those of an earlier one, or of a draft: they
 * are kept as a draft's (store_lent.h), without a name. All are for an open transaction, and
 * return 0 or -errno with error_set().
 */

/* How many places a draft says something of; no more than most are counted. */
int store_few_count(struct store *store, uint64_t rows, uint64_t most,
		    uint64_t *count);

/*
 * store_few_over - begin a release whose rows are few over other ones
 * @under:  those
 * @places: in how many it will differ
 * @rows:   receives those that it has: of a draft without a name, with another
 *          layer (store_layers.h) at most; where those in front are small, what
 *          they say is copied into it
 */
int store_few_over(struct store *store, uint64_t release, uint64_t under,
		   uint64_t places, uint64_t *rows);

/* Write a draft's rows as those of a release that is being made, where the rows
 * as they are (store_rule.h) are those under the draft. */
int store_few_write(struct store *store, uint64_t rows, uint64_t release);

#endif
