/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REGISTRY_H
#define REGISTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Which servers answer from a state directory: one file each below servers/,
 * named after the process and locked (flock) as long as it runs, so that what
 * a killed server left behind is told from a live one. It has the server's
 * counters, too, as they were told or looked at last; when the server has ended
 * they are added to those of all that have, and the file is removed.
 */
struct registry;

/*
 * registry_new - prepare to announce this process
 * @listen: the addresses it listens on, separated by blanks
 *
 * Nothing is announced before registry_check(). Returns 0 or -ENOMEM with
 * error_set().
 */
int registry_new(struct registry **registry, const char *state,
		 const char *listen);

/*
 * registry_keep - let a process do it that stays root (registry_keeper.h)
 *
 * For a server that does not: a directory that takes the place of its own may be
 * one that its user may not write. Call it before the first thread. Returns 0, or
 * -errno with error_set(): then it is announced as its user may.
 */
int registry_keep(struct registry *registry);

/*
 * registry_check - see that the announcement is where the path leads to
 *
 * Announces anew where that is another directory by now, or what could not be
 * done before. One that this user may no longer enter is taken for the same, so
 * that others see who does not follow. Returns 1 if so, 0 if all is as it was, or
 * -errno with error_set(), the same error once, and 0 after that.
 */
int registry_check(struct registry *registry);

/* The socket for counters (socket_stats.h) that registry_keep()'s process made
 * beside the announcement; it is the caller's from now on. -1 for none. */
int registry_socket(struct registry *registry);

/* Say which release this server answers from. */
void registry_release(struct registry *registry, uint64_t release);

enum { REGISTRY_COUNTERS = 256 };

/* Keep what this server has counted, up to REGISTRY_COUNTERS values. Any thread.
 * Accepts NULL. */
void registry_counters(struct registry *registry, const uint64_t *value,
		       unsigned int count);

/* The path of the announcement, or NULL without one. What else a server keeps
 * under that name, with ".counters" behind, is removed with it. */
const char *registry_path(const struct registry *registry);

/* Take the announcement back, and add the counters to those of ended servers:
 * now if this user may write there, else a later server does. Accepts NULL. */
void registry_remove(struct registry *registry);

struct registry_server {
	pid_t pid;
	bool known;	  /* false: it runs, but its file cannot be read */
	int64_t since;	  /* Unix time, seconds */
	uint64_t release; /* 0: none */
	uint32_t layout_min, layout_max; /* of the maps that it can read */
	char listen[256];
	char name[64]; /* of the file below servers/ */
};

/* Whether the server of an announcement, by its name, is still running. */
bool registry_runs(const char *state, const char *name);

/*
 * registry_each - call fn for every running server, in no order
 *
 * Returns 0, what fn returned if that was not 0, or -errno with error_set(). No
 * servers/ folder means no servers.
 */
int registry_each(const char *state,
		  int (*fn)(const struct registry_server *server, void *arg),
		  void *arg);

/*
 * registry_hold - keep servers that end from being added up
 *
 * As long as the descriptor is open, the counters of a server that ends stay
 * where registry_last() finds them. -1 where there is nothing to hold, or where
 * somebody does not let go.
 */
int registry_hold(const char *state);

/* The counters of all servers that have ended, but for those whose names are to
 * be skipped: they ran when the caller asked them. */
void registry_ended(const char *state, uint64_t value[REGISTRY_COUNTERS],
		    bool (*skip)(const char *name, void *arg), void *arg);

/* The last counters of one that has just ended, by its name; false: there are
 * none. */
bool registry_last(const char *state, const char *name,
		   uint64_t value[REGISTRY_COUNTERS]);

#endif
