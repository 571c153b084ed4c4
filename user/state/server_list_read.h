/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_READ_H
#define SERVER_LIST_READ_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "server_list_file.h"

/*
 * Reading the list of running servers. All return 0 or -errno with error_set()
 * unless said otherwise.
 */

struct server_list_entry {
	pid_t pid;
	bool known;	  /* false: it runs, but its file cannot be read */
	int64_t since;	  /* Unix time, seconds */
	uint64_t release; /* 0: none */
	uint32_t layout_min, layout_max; /* of the maps that it can read */
	char listen[SERVER_LIST_LISTEN];
	char name[64]; /* of the file below servers/ */
};

/* Whether the server of an announcement, by its name, is still running. */
bool server_list_runs(const char *state, const char *name);

/*
 * server_list_each - call fn for every running server, in no order
 *
 * Returns 0, what fn returned if that was not 0, or -errno with error_set(). No
 * servers/ folder means no servers.
 */
int server_list_each(const char *state,
		     int (*fn)(const struct server_list_entry *server,
			       void *arg),
		     void *arg);

#endif
