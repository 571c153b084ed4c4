/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FAST_OWNER_H
#define FAST_OWNER_H

/*
 * The maps of an instance that a server without privilege keeps current
 * (fast_watch.h) belong to its user; all others are root's alone.
 *
 * Both return 0 or -errno with error_set(), and need root.
 */

/* To the owner of the state directory; if that is root, to the user of a
 * server that answers from it, if one runs. */
int fast_owner_find(const char *folder, const char *state);

/* To a user, by name. */
int fast_owner_give(const char *folder, const char *user);

#endif
