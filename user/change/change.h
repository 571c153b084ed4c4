/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHANGE_H
#define CHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct change_renewal;
struct release_source;
struct store;
struct store_draft;

/*
 * A release in the making. From change_begin() to change_free() the lock of
 * the state directory is held and a transaction of the store is open; the
 * new release is there as a whole after change_commit(), or not at all.
 *
 * All functions return 0 or -errno with error_set() unless said otherwise.
 */
struct change;

/*
 * change_begin - start a change
 * @bulk: many rules will be written
 * @out: for what is said meanwhile, as release.h has it
 *
 * Creates the state directory if need be, waits for the lock, and removes
 * what an interrupted command left. -EACCES for a user who could not switch
 * the fast path that is attached.
 */
int change_begin(struct change **change, const char *state, bool bulk,
		 FILE *out);

/* The store, with the transaction of the change. */
struct store *change_store(const struct change *change);

/* The live release, the one whose rows its rules are, and their number. */
uint64_t change_live(const struct change *change);
uint64_t change_rows(const struct change *change);
uint64_t change_rules(const struct change *change);

/* The number of the new release. */
uint64_t change_number(const struct change *change);

/* Have the rows as they are (store_rule.h) be the live ones, for rules that are
 * added and removed there. */
int change_take_rows(struct change *change);

/*
 * change_take_few - call it before rules are added or removed in the store
 * @places: in how many the new release will differ from the live one
 * @draft:  receives the rows of the draft that they are to be written into;
 *          0: into the releases'
 *
 * Where live has the rows of an earlier release, or of a draft, or few over
 * those, all that differs from the last one that has its own would else be
 * written.
 */
int change_take_few(struct change *change, uint64_t places, uint64_t *draft);

/* The same where the new rules are all that the release has. *none: the live
 * ones are not there, and so need not be removed. */
int change_take_none(struct change *change, bool *none);

/* Whether there is room for another layer over the live rows (store_layers.h): 1, 0 or
 * -errno. */
int change_may_begin(struct change *change);

/*
 * change_compile - compile the map beside other work
 *
 * Reads all rules of the new release from the source in a thread of its own,
 * until change_commit() or change_free(). Without this call the map is
 * compiled from the store by change_commit().
 */
int change_compile(struct change *change, const struct release_source *source);

/* Give the new release the rules of an earlier one (0: none). */
int change_restore(struct change *change, uint64_t number);

/* Give it those of a draft, which it became then: the rules are written by
 * draft_fold(), later or never. */
int change_restore_draft(struct change *change,
			 const struct store_draft *draft);

struct change_note {
	const char *command; /* as in "import moves.csv" */
	const char *message; /* NULL or "": none */
	uint64_t added, removed, changed;
};

/*
 * change_commit - make the new release live
 * @rules: receives the number of its rules; may be NULL
 *
 * The moment is the rename of the live file. What fails before is undone. What
 * may fail behind it is the switch of the fast path, if one is attached (see
 * fast_change.h), and syncing the rename: the release is live all the same, and
 * rules are set.
 */
int change_commit(struct change *change, const struct change_note *note,
		  uint64_t *rules);

/* Do all of change_commit() that can be refused, and nothing that anybody sees:
 * change_free() is to follow, which undoes it. */
int change_try(struct change *change, const struct change_note *note);

/* Whether change_commit() made it live, whatever it returned. */
bool change_is_live(const struct change *change);

/* Whether the overlay of the release that is live now has grown large. */
bool change_needs_compaction(const struct change *change);

/*
 * change_compact - then compile the release whole
 *
 * Call it when all is said and done: the release answers already. It takes as
 * long as compiling all rules, and lets later changes be quick again. After a
 * failure the release is live all the same.
 */
int change_compact(struct change *change);

/* What the change did to the sources of an earlier detour's store. */
const struct change_renewal *change_renewed(const struct change *change);

/* Give up what is not committed, and the lock. Accepts NULL. */
void change_free(struct change *change);

#endif
