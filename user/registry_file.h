/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGISTRY_FILE_H
#define REGISTRY_FILE_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "registry.h"

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

struct registry {
	char *state;
	pid_t pid;
	int keeper;	      /* what it is asked by, or -1 */
	int socket;	      /* that it made, or -1 */
	pthread_mutex_t lock; /* of what follows */
	int fd;
	int dir; /* the folder that it is in */
	uint64_t release;
	int64_t since;
	struct registry_block block;
	bool again; /* not for the first time */
	int told;   /* the error that was told last */
	char listen[256];
	char name[64];
	char path[PATH_MAX];
};

/*
 * registry_look - be announced where the path leads to by now
 *
 * Returns 1 with an announcement that is empty so far, 0 if all is as it was, or
 * -errno with error_set() and none.
 */
int registry_look(struct registry *registry);

/* Take the announcement back. */
void registry_leave(struct registry *registry);

/*
 * registry_fold - add up what servers left that have ended, and remove it
 * @id: of one whose files are only removed, since it goes on counting, or 0
 * @spare: a server's process, or 0: leave alone what is named after another
 *         process that runs: it may be about to announce itself anew
 *
 * Each run is added once, whoever does it and wherever he is killed. Best
 * effort.
 */
void registry_fold(const char *state, uint64_t id, pid_t spare);

/* Read the block of an announcement; false: it has none. */
bool registry_block_read(int fd, struct registry_block *block);

/* Remove an announcement and what else has its name. */
void registry_forget(int dir, const char *name);

#endif
