/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_FILE_H
#define SERVER_LIST_FILE_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "server_list.h"

/*
 * Private to the list's own files. An announcement is text in a part of
 * fixed size, so that it is always replaced as a whole:
 *
 *   PID SINCE RELEASE ADDRESSES
 *   layout MIN MAX
 *
 * and zeros; behind it struct server_list_block. What a server of 0.1.0 writes
 * has the first line only.
 */
enum {
	SERVER_LIST_TEXT = 512,
	SERVER_LIST_MAGIC = 0x32637464, /* "dtc2" */
	SERVER_LIST_LAYOUT = 2,		/* of a server that says none */
};

struct server_list_block {
	uint32_t magic;
	uint32_t count;
	uint64_t id; /* of the server's run, drawn at random */
	uint64_t value[SERVER_LIST_COUNTERS];
};

struct server_list {
	char *state;
	pid_t pid;
	int keeper;	      /* what it is asked by, or -1 */
	int socket;	      /* that it made, or -1 */
	pthread_mutex_t lock; /* of what follows */
	int fd;
	int dir; /* the folder that it is in */
	uint64_t release;
	int64_t since;
	struct server_list_block block;
	bool again; /* not for the first time */
	int told;   /* the error that was told last */
	char listen[256];
	char name[64];
	char path[PATH_MAX];
};

#endif
