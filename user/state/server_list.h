/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_H
#define SERVER_LIST_H

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
 * registry_check - see that the announcement is where the path leads to
 *
 * Announces anew where that is another directory by now, or what could not be
 * done before. One that this user may no longer enter is taken for the same, so
 * that others see who does not follow. Returns 1 if so, 0 if all is as it was, or
 * -errno with error_set(), the same error once, and 0 after that.
 */
int registry_check(struct registry *registry);

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

/* For registry_keep()'s process. */

/*
 * registry_look - be announced where the path leads to by now
 *
 * Returns 1 with an announcement that is empty so far, 0 if all is as it was, or
 * -errno with error_set() and none.
 */
int registry_look(struct registry *registry);

/* Take the announcement back. */
void registry_leave(struct registry *registry);

#endif
