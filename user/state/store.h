/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

/* The command of a release by cutover is this and the draft's name. */
#define STORE_DRAFT_CUTOVER "cutover "

struct source_set;
struct rule;
struct store;

/*
 * The store: the rules of all releases and the log of releases, in SQLite.
 *
 * A rule is kept with the release that added and the release that removed it;
 * changing one removes the old and adds the new. A release that restores an
 * earlier one has no rows of its own: its rules are the rows of another
 * (store_rows()), until the next change of rules writes the difference
 * (store_materialise()), or few rows over those (store_few.h).
 *
 * All functions return 0 or -errno with error_set() unless said otherwise:
 * -ENOSPC for a full disk, -EROFS where nothing can be written, -EBADMSG for
 * a damaged or foreign file, -EPROTONOSUPPORT for one of a newer detour. One of
 * an older detour is read as it is, until a change renews it.
 */
enum store_mode {
	STORE_READ,
	STORE_WRITE,  /* the lock of the state directory is held */
	STORE_CREATE, /* as STORE_WRITE, and made if it is not there */
	STORE_BULK,   /* as STORE_CREATE, with memory for a large import */
};

/* Open the store of a state directory. */
int store_open(struct store **store, const char *state, enum store_mode mode);
void store_close(struct store *store); /* accepts NULL */

/* Whether a state directory has a store. */
bool store_exists(const char *state);

/* One transaction. The commit of one that renews the store keeps it as it was
 * (store_keep.h). store_rollback() is harmless where none is open. */
int store_begin(struct store *store);
int store_commit(struct store *store);
void store_rollback(struct store *store);

/*
 * store_read_begin - have nobody renew the store until store_read_end()
 *
 * Looks whether another command has renewed it since it was opened. *begun is
 * for the end: false where there is nothing to end, since it is renewed, or in
 * a transaction of this one.
 */
int store_read_begin(struct store *store, bool *begun);
void store_read_end(struct store *store, bool begun);

/* Whether its sources are in the normal form of detour 0.1, since
 * store_renew() was not called yet. */
bool store_is_former(const struct store *store);

/* The version that the open transaction renews; 0 where it renews none. */
int64_t store_renews(const struct store *store);

#endif
