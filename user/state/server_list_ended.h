/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_ENDED_H
#define SERVER_LIST_ENDED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "server_list_file.h"

/*
 * What servers that have ended had counted. All return 0 or -errno with
 * error_set() unless said otherwise.
 */

/*
 * server_list_fold - add up what servers left that have ended, and remove it
 * @id: of one whose files are only removed, since it goes on counting, or 0
 * @spare: a server's process, or 0: leave alone what is named after another
 *         process that runs: it may be about to announce itself anew
 *
 * Each run is added once, whoever does it and wherever he is killed. Best
 * effort.
 */
void server_list_fold(const char *state, uint64_t id, pid_t spare);

/*
 * server_list_hold - keep servers that end from being added up
 *
 * As long as the descriptor is open, the counters of a server that ends stay
 * where server_list_last() finds them. -1 where there is nothing to hold, or
 * where somebody does not let go.
 */
int server_list_hold(const char *state);

/* The counters of all servers that have ended, but for those whose names are to
 * be skipped: they ran when the caller asked them. */
void server_list_ended(const char *state, uint64_t value[SERVER_LIST_COUNTERS],
		       bool (*skip)(const char *name, void *arg), void *arg);

/* The last counters of one that has just ended, by its name; false: there are
 * none. */
bool server_list_last(const char *state, const char *name,
		      uint64_t value[SERVER_LIST_COUNTERS]);

#endif
