/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

struct server_list_entry;

/*
 * Whether the servers of a state directory follow a change. A server that may
 * not write the directory, and never was root, is in no list and so not asked.
 */

/*
 * follow_check - whether each can read the maps that this program writes
 *
 * Returns 0, or -EPROTONOSUPPORT with error_set() that names the one that
 * cannot.
 */
int follow_check(const char *state);

/*
 * follow_wait - wait until all answer from a release, or a later one
 * @ms: at most so long
 *
 * Costs next to nothing where there is no server. Returns 0, or 1 if not all
 * do, or -errno with error_set().
 */
int follow_wait(const char *state, uint64_t release, uint64_t ms);

/* Whether one of them does not answer from it, or does not tell. */
bool follow_is_behind(const struct server_list_entry *server, uint64_t release);

#endif
