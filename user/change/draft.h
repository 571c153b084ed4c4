/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRAFT_H
#define DRAFT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct change_note;
struct change_renewal;
struct edit;
struct store;
struct store_draft;

/*
 * A change of a draft (state/store_draft.h): as change.h is to what is live,
 * but nothing is compiled and nobody answers otherwise. From draft_begin() to
 * draft_free() the lock of the state directory is held and a transaction of the
 * store is open.
 *
 * All functions return 0 or -errno with error_set() unless said otherwise.
 */
struct draft;

/* Start one, as change_begin() does. A draft that is not there is made from
 * what is live; it stays only if draft_commit() is called. */
int draft_begin(struct draft **draft, const char *state, const char *name,
		bool bulk, FILE *out);

/* The store, with the transaction; the draft in it; and the live release. */
struct store *draft_store(const struct draft *draft);
const struct store_draft *draft_stored(const struct draft *draft);
uint64_t draft_live(const struct draft *draft);

/* Have it stand on what is live, with nothing that differs. */
int draft_restart(struct draft *draft);

/*
 * draft_commit - change its rules, and keep it
 * @edit: sorted, against its rules as they are
 * @note: the message is kept for the cutover, unless it is NULL
 */
int draft_commit(struct draft *draft, const struct edit *edit,
		 const struct change_note *note);

/*
 * draft_prepare - have the map of a large draft compiled, for its cutover
 *
 * It stays below maps/ until the draft is changed, live or gone. One that
 * draft_commit() has just written many rules of has it already. A small one
 * needs none. -ENOENT if there is no such draft.
 */
int draft_prepare(const char *state, const char *name, FILE *out);

/* Whether so many places that differ make a draft large: it becomes live by
 * change_restore_draft(). */
bool draft_is_large(uint64_t places);

/* What it did to the sources of an earlier detour's store. */
const struct change_renewal *draft_renewed(const struct draft *draft);

/* Give up what is not committed, and the lock. Accepts NULL. */
void draft_free(struct draft *draft);

/* Remove a draft of that name: -ENOENT if there is none. */
int draft_drop(const char *state, const char *name, FILE *out);

#endif
