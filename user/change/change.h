/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CHANGE_H
#define CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

struct map;
struct rule;
struct store;

/*
 * A release in the making. From release_begin() to release_free() the lock of
 * the state directory is held and a transaction of the store is open; the
 * new release is there as a whole after release_commit(), or not at all.
 *
 * All functions return 0 or -errno with error_set() unless said otherwise.
 */
struct release;

/*
 * release_begin - start a change
 * @bulk: many rules will be written
 *
 * Creates the state directory if need be, waits for the lock, and removes
 * what an interrupted command left. -EACCES for a user who could not switch
 * the fast path that is attached.
 */
int release_begin(struct release **release, const char *state, bool bulk);

struct store *release_store(const struct release *release);

/* The live release, the one whose rows its rules are, and their number. */
uint64_t release_live(const struct release *release);
uint64_t release_base(const struct release *release);
uint64_t release_rules(const struct release *release);

/* The number of the new release. */
uint64_t release_number(const struct release *release);

/* Call it before the first rule is added or removed in the store. */
int release_write(struct release *release);

/* Rules in the order of their sources: 1 with a rule whose texts are valid
 * until the next call, 0 at the end, or -errno with error_set(). */
struct release_source {
	int (*next)(void *arg, struct rule *rule);
	void *arg;
	bool former; /* of a store that is not renewed yet */
};

/*
 * release_compile - compile the map beside other work
 *
 * Reads all rules of the new release from the source in a thread of its own,
 * until release_commit() or release_free(). Without this call the map is
 * compiled from the store by release_commit().
 */
int release_compile(struct release *release,
		    const struct release_source *source);

/* Give the new release the rules of an earlier one (0: none). */
int release_restore(struct release *release, uint64_t number);

struct release_note {
	const char *command; /* as in "import moves.csv" */
	const char *message; /* NULL or "": none */
	uint64_t added, removed, changed;
};

/* Who does it, for the log: with sudo the person behind it. */
const char *release_user(void);

/*
 * release_commit - make the new release live
 * @rules: receives the number of its rules; may be NULL
 *
 * The moment is the rename of the live file. What fails before is undone. What
 * may fail behind it is the switch of the fast path, if one is attached (see
 * fast_change.h), and syncing the rename: the release is live all the same, and
 * rules are set.
 */
int release_commit(struct release *release, const struct release_note *note,
		   uint64_t *rules);

/* Whether release_commit() made it live, whatever it returned. */
bool release_is_live(const struct release *release);

/* Whether the overlay of the release that is live now has grown large. */
bool release_folds(const struct release *release);

/*
 * release_fold - then compile the release whole
 *
 * Call it when all is said and done: the release answers already. It takes as
 * long as compiling all rules, and lets later changes be quick again. A failure
 * is said on stderr only.
 */
void release_fold(struct release *release);

/* Give up what is not committed, and the lock. Accepts NULL. */
void release_free(struct release *release);

/*
 * release_read - what is live, for readers
 *
 * A state directory without a store is release 0; -ENOENT without one. A lost or
 * damaged live file is repaired if there is a store.
 */
int release_read(const char *state, struct state_live *live);

/*
 * release_map - what is live, and its map, open and verified
 * @map: receives NULL for a release without rules
 *
 * As release_read(). A map that is missing, truncated or damaged is said so on
 * stderr and rebuilt from the store, which needs the right to write.
 */
int release_map(const char *state, struct state_live *live, struct map **map);

/*
 * release_map_mend - the map of what is live, for one who holds the lock
 *
 * As release_map(), but live is given.
 */
int release_map_mend(const char *state, const struct state_live *live,
		     struct map **map);

/*
 * release_repair - make the state directory sound, or a new one
 *
 * state_init(), then under the lock: a lost or damaged live file is written
 * anew (the highest release of the store), what interrupted commands left is
 * removed. Nothing is written where nothing is wrong.
 */
int release_repair(const char *state);

#endif
