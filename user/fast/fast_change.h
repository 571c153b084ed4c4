/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_CHANGE_H
#define FAST_CHANGE_H

#include <stdbool.h>
#include <stdio.h>

#include "live_file.h"

/*
 * The fast path's part in a change of rules: the new release is loaded before
 * the cutover and switched to behind it, or the change fails before. Where
 * nothing is attached to the state directory a change is NULL, and nothing is
 * done for NULL. Users who cannot see the instance go by its mark
 * (fast_attached_file.h).
 *
 * Functions return 0 or -errno with error_set(). The lock of the state
 * directory is held.
 */
struct fast_change;

/* fast_change_begin - find the instance. -EACCES or -EPERM when this user could
 * not switch it, -EPROTONOSUPPORT when another version of detour made it:
 * nothing is to be changed then. out: as fast_change_astray() has it. */
int fast_change_begin(struct fast_change **change, const char *state,
		      FILE *out);

/* Where no instance is found: say on out if the state directory has the mark of
 * one. The directory may have been moved or copied, or the instance be in the
 * bpf file system of another mount namespace. */
void fast_change_astray(const char *state, FILE *out);

/* Make good what a killed command left undone: see fast_release_sync(). A
 * failure is said on out only, since the change itself may put it right. */
void fast_change_repair(const struct fast_change *change, FILE *out);

/* Load the release that will be live, or another map of it. Nothing changes for
 * anybody yet. */
int fast_change_load(struct fast_change *change, const struct live_file *next);

/* Answer from it, right behind the cutover. */
void fast_change_switch(const struct fast_change *change);

/* Give back what does not answer, fast_release_close(). Accepts NULL. */
void fast_change_free(struct fast_change *change);

#endif
