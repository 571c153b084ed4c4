/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGISTRY_H
#define REGISTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Which servers answer from a state directory: one file each below servers/,
 * named after the process and locked (flock) as long as it runs, so that what
 * a killed server left behind is told from a live one.
 */
struct registry;

/*
 * registry_add - announce this process
 * @listen: the addresses it listens on, separated by blanks
 *
 * Returns 0 or -errno with error_set(). A server that may not write the state
 * directory is not listed: the caller warns and goes on.
 */
int registry_add(struct registry **registry, const char *state,
		 const char *listen);

/* Say which release this server answers from. Accepts NULL. */
void registry_release(struct registry *registry, uint64_t release);

/* The path of the announcement. What else a server keeps under that name, with
 * ".counters" behind, is removed with it when it is stale. */
const char *registry_path(const struct registry *registry);

/* Take the announcement back. Accepts NULL. */
void registry_remove(struct registry *registry);

struct registry_server {
	pid_t pid;
	int64_t since;	  /* Unix time, seconds */
	uint64_t release; /* 0: none */
	char listen[256];
	char name[64]; /* of the file below servers/ */
};

/* Whether the server of an announcement, by its name, is still running. */
bool registry_runs(const char *state, const char *name);

/*
 * registry_each - call fn for every running server, in no order
 *
 * Stale files are passed over. Returns 0, what fn returned if that was not 0,
 * or -errno with error_set(). No servers/ folder means no servers.
 */
int registry_each(const char *state,
		  int (*fn)(const struct registry_server *server, void *arg),
		  void *arg);

#endif
