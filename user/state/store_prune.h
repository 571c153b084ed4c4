/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_PRUNE_H
#define STORE_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

struct store;

/*
 * Forgetting old releases. All return 0 or -errno with error_set() unless said
 * otherwise.
 */

/* The releases that are forgotten. */
struct store_pruned {
	uint64_t before; /* all before it; 0: none */
	int64_t time;	 /* when, Unix time */
	char user[256];	 /* who */
	bool packed;	 /* their space was given back */
};

/* The oldest release, and the oldest that was made at a time or later; 0 when
 * there is none. */
int store_first(struct store *store, uint64_t *number);
int store_since(struct store *store, int64_t time, uint64_t *number);
int store_pruned(struct store *store, struct store_pruned *pruned);

/*
 * store_prune - forget all releases before one that stays, in one transaction
 * @pruned: is kept for store_pruned(), but for packed
 * @releases, @rows: receive how many went
 *
 * Rows go that none of those that stay has, and no draft stands on. Space is given back by
 * store_pack(), which takes as long as all that stays takes to be written.
 */
int store_prune(struct store *store, const struct store_pruned *pruned,
		uint64_t *releases, uint64_t *rows);
int store_pack(struct store *store);

/* What would go, and of how many rows. */
int store_prune_look(struct store *store, uint64_t before, uint64_t *releases,
		     uint64_t *rows, uint64_t *all);

#endif
