/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_H
#define RELEASE_H

#include <stdint.h>
#include <stdio.h>

#include "live_file.h"
#include "store.h"

struct map;

/*
 * What is live: its number and its map, put right where they are lost or
 * damaged. All functions return 0 or -errno with error_set() unless said
 * otherwise. What they put right they say on out, a line before each step, and
 * that they wait for the lock (state_lock()).
 */

/*
 * release_read - what is live, for readers
 *
 * A state directory without a store is release 0; -ENOENT without one, and for
 * one that has maps but neither live nor a store. A lost or damaged live file
 * is repaired if there is a store.
 */
int release_read(const char *state, struct live_file *live, FILE *out);

/*
 * release_open_map - what is live, and its map, open and verified
 * @map: receives NULL for a release without rules
 *
 * As release_read(). A map that is missing, truncated or damaged is rebuilt
 * from the store, which needs the right to write.
 */
int release_open_map(const char *state, struct live_file *live,
		     struct map **map, FILE *out);

/*
 * release_map_mend - the map of what is live, for one who holds the lock
 *
 * As release_open_map(), but live is given.
 */
int release_map_mend(const char *state, const struct live_file *live,
		     struct map **map, FILE *out);

/*
 * release_repair - make the state directory sound, or a new one
 *
 * state_init(), then under the lock: a lost or damaged live file is written
 * anew (the highest release of the store), what interrupted commands left is
 * removed. Nothing is written where nothing is wrong.
 */
int release_repair(const char *state, FILE *out);

/*
 * release_recover - open the store and put right what was left behind
 * @live: receives what is live
 *
 * The lock is held.
 */
int release_recover(const char *state, enum store_mode mode,
		    struct live_file *live, struct store **store, FILE *out);

/* Who does it, for the log: with sudo the person behind it. */
const char *release_user(void);

#endif
