/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include <stdint.h>

struct store;

/*
 * The store as it was before a newer detour renewed it: detour.db.version-N
 * beside it, for one who goes back to the older detour. Functions return 0 or
 * -errno with error_set().
 */

/* Copy what is committed, while a transaction renews it; synced, all or
 * nothing. */
int store_keep(const struct store *store);

/* Remove that copy: the transaction has failed, and the store is as it was. */
void store_keep_undo(const struct store *store);

/* The versions that are kept, a bit (1U << N) for each: of two upgrades, two.
 * *bytes receives the size of all. */
unsigned int store_kept(const char *state, uint64_t *bytes);

/* Remove all of them, whole or not; *gone receives those that are gone. */
int store_kept_remove(const char *state, unsigned int *gone);

/* "detour.db.version-N". */
enum { STORE_KEPT_NAME = sizeof("detour.db.version-") + 11 };
void store_kept_name(char name[STORE_KEPT_NAME], int version);

#endif
