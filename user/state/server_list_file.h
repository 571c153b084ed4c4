/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_FILE_H
#define SERVER_LIST_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "server_list.h"

/*
 * Private to the registry's own files. An announcement is text in a part of
 * fixed size, so that it is always replaced as a whole:
 *
 *   PID SINCE RELEASE ADDRESSES
 *   layout MIN MAX
 *
 * and zeros; behind it struct registry_block. What a server of 0.1.0 writes has
 * the first line only.
 */
enum {
	REGISTRY_TEXT = 512,
	REGISTRY_MAGIC = 0x32637464, /* "dtc2" */
	REGISTRY_LAYOUT = 2,	     /* of a server that says none */
};

struct registry_block {
	uint32_t magic;
	uint32_t count;
	uint64_t id; /* of the server's run, drawn at random */
	uint64_t value[REGISTRY_COUNTERS];
};

/*
 * registry_fold - add up what servers left that have ended, and remove it
 * @id: of one whose files are only removed, since it goes on counting, or 0
 * @spare: leave alone what is named after a process that runs: it may be about
 *         to announce itself anew
 *
 * Each run is added once, whoever does it and wherever he is killed. Best
 * effort.
 */
void registry_fold(const char *state, uint64_t id, bool spare);

/* Read the block of an announcement; false: it has none. */
bool registry_block_read(int fd, struct registry_block *block);

/* Remove an announcement and what else has its name. */
void registry_forget(int dir, const char *name);

#endif
