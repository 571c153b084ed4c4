/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_PIN_OWNER_H
#define FAST_PIN_OWNER_H

/*
 * fast_pin_owner_set - whose the maps are that a server keeps current
 *
 * Root's, and those of the user whom the state directory belongs to, who makes
 * its rules anyway; nobody is no such user. All other maps are root's alone.
 * Needs root. Returns 0 or -errno with error_set().
 */
int fast_pin_owner_set(const char *folder, const char *state);

#endif
