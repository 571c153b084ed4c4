/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The state directory and the live release.
 *
 *   live         one line, "RELEASE MAPFILE": the release that answers, and
 *                its map below maps/ ("-" when it has no rule at all). It is
 *                replaced by rename(2), and that rename is the cutover: what
 *                servers see and what the store takes for the truth.
 *   maps/        compiled releases: the live one and those before it
 *   detour.db    the store: rules and releases
 *   lock         held by the one command that changes the state
 *   servers/     one file per running server
 */

/* Where the state is when nothing is said: DETOUR_STATE; /var/lib/detour for
 * root; else $XDG_STATE_HOME/detour or ~/.local/state/detour. The text lives
 * as long as the program. NULL when there is no home either. */
const char *state_default(void);

/* Whether there is a state directory: 0, or -errno with error_set(), -ENOENT if
 * there is none. */
int state_find(const char *state);

/* For one who has found neither live nor a release in the store: 0, or -ENOENT
 * with error_set() if there are maps all the same. They are the only copy of
 * the rules, and servers may answer from them. */
int state_maps_check(const char *state);

/*
 * state_lock - wait for the right to change the state
 * @out: is told once that it waits, before it does, if that is a terminal
 *
 * Returns a descriptor, whose close gives the right back, or -errno with
 * error_set().
 */
int state_lock(const char *state, FILE *out);

/* The same for one who does what can as well be done later: it is to ask for its
 * lock whether another waits for that, and then to give it back. */
int state_lock_last(const char *state, FILE *out);
bool state_lock_wanted(int lock);

/* As error_sys(err, "cannot open %s", path) of its lock; where that is denied,
 * with who may. */
int state_lock_fail(int err, const char *state, const char *path);

/* The path of a file of a state directory, whose name is a format; PATH_MAX
 * bytes of room. "" for a directory that no file's path would be short
 * enough in. */
void state_path(char *path, const char *state, const char *name, ...)
	__attribute__((format(printf, 3, 4)));

/* A file that is replaced as a whole is written under its name and this
 * first. */
#define STATE_TMP ".tmp"

/* The path of a map of a state directory; PATH_MAX bytes of room. */
void state_map_path(char *path, const char *state, const char *map);

/* Make what was created, renamed or removed in a directory durable. Returns 0
 * or -errno with error_set(). */
int state_sync(const char *dir);

/* What messages about a store that is lost or damaged end with. */
#define STORE_HINT "; 'detour export --map' gets the rules out of the map"

#endif
