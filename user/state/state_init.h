/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STATE_INIT_H
#define STATE_INIT_H

#include <stdio.h>

/*
 * state_init - make the state directory what it must be
 *
 * Creates what is missing of the directory, maps/, servers/ and lock; and live
 * as "0 -" unless there is a store, whose releases a lost live file must not
 * hide; nor may it hide the maps where both are lost: state_maps_check(). The
 * directory's own parents only if it is that of state_default(): a path that
 * leads nowhere is rather a wrong one. Writes nothing when all is there. For
 * live it may wait for the lock, as state_lock() does. Returns 0 or -errno with
 * error_set().
 */
int state_init(const char *state, FILE *out);

/* Whether its path lets it be made, for those who would: 0 or -errno with
 * error_set(). */
int state_init_check(const char *state);

#endif
