/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DRAFT_WRITE_H
#define STORE_DRAFT_WRITE_H

#include <stdint.h>

struct rule;
struct store;
struct store_draft;

/*
 * Writing drafts (store_draft.h). All functions return 0 or -errno with
 * error_set() unless said otherwise.
 */

/* In the open transaction: make one of its name, base and rules, and give it
 * its rows and what is under them; keep what its fields say now, as one change
 * more; and remove it, also a lost one, -ENOENT if there is none. */
int store_draft_make(struct store *store, struct store_draft *draft);
int store_draft_save(struct store *store, struct store_draft *draft);
int store_draft_drop(struct store *store, const char *name);

/* Put a rule at its place, or have that be without one. */
int store_draft_put(struct store *store, const struct store_draft *draft,
		    const struct rule *rule);
int store_draft_take(struct store *store, const struct store_draft *draft,
		     const struct rule *rule);

/* Forget what differs, and stand on another release, whose rules it has. */
int store_draft_restart(struct store *store, struct store_draft *draft,
			uint64_t base);

/*
 * store_draft_became - note, in the transaction that adds a release by its
 * cutover, that it became that
 *
 * From the commit on nobody finds it, unless the release is undone. Its rows go
 * by store_draft_purge(), in a transaction of its own, later.
 */
int store_draft_became(struct store *store, const struct store_draft *draft,
		       uint64_t release);
int store_draft_purge(struct store *store);

/* Keep the name of its map and what it does, until it changes. */
int store_draft_compiled(struct store *store, const struct store_draft *draft);

#endif
