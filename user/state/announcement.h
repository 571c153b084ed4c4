/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ANNOUNCEMENT_H
#define ANNOUNCEMENT_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "server_list_file.h"

/*
 * Private to the list of servers: this server's own file in it, which is locked
 * as long as it is open. One thread at a time.
 */
struct announcement {
	char *state;
	pid_t pid;
	int fd;	 /* or -1: none */
	int dir; /* the folder that it is in, or -1 */
	uint64_t release;
	int64_t since;
	struct server_list_block block;
	bool again; /* not for the first time */
	char listen[SERVER_LIST_LISTEN];
	char name[64];
	char path[PATH_MAX];
};

/*
 * announcement_init - of this process, without a file yet
 * @own:    all zero
 * @listen: the addresses it listens on, separated by blanks; of too many, whole
 *          ones are kept and "..." behind them
 *
 * Returns 0 or -ENOMEM.
 */
int announcement_init(struct announcement *own, const char *state,
		      const char *listen);

/*
 * announcement_look - be announced where the path leads to by now
 *
 * What servers left there that have ended is added up. Returns 1 with a file
 * that is empty so far, 0 if all is as it was, or -errno with error_set() and
 * none.
 */
int announcement_look(struct announcement *own);

/* Write all of the file, so that the disk has room for it from then on. There
 * is one. Returns 0 or -errno with error_set(). */
int announcement_fill(const struct announcement *own);

/* Say which release this server answers from. */
void announcement_release(struct announcement *own, uint64_t release);

/* Keep what it has counted: up to SERVER_LIST_COUNTERS values. */
void announcement_counters(struct announcement *own, const uint64_t *value,
			   unsigned int count);

/* Remove the file. */
void announcement_leave(struct announcement *own);

/* Leave the file as that of a server that has ended. */
void announcement_close(struct announcement *own);

/* Close it, and free what announcement_init() took. */
void announcement_free(struct announcement *own);

#endif
