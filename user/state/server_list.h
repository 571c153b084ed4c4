/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_H
#define SERVER_LIST_H

#include <stdint.h>

#include "server_socket.h"

/*
 * Which servers answer from a state directory: one file each below servers/,
 * named after the process and locked (flock) as long as it runs, so that what
 * a killed server left behind is told from a live one. It has the server's
 * counters, too, as they were told or looked at last; when the server has ended
 * they are added to those of all that have, and the file is removed.
 */
struct server_list;

/*
 * server_list_new - prepare to announce this process
 * @listen: the addresses it listens on, separated by blanks
 *
 * Nothing is announced before server_list_check(). Returns 0 or -ENOMEM with
 * error_set().
 */
int server_list_new(struct server_list **list, const char *state,
		    const char *listen);

/*
 * server_list_keep - let a process do it that stays root
 *
 * For a server that does not: a directory that takes the place of its own may
 * be one that its user may not write. Call it before the first thread. Returns
 * 0, or -errno with error_set(): then it is announced as its user may.
 */
int server_list_keep(struct server_list *list);

/*
 * server_list_check - see that the announcement is where the path leads to
 *
 * Announces anew where that is another directory by now, or what could not be
 * done before. One that this user may no longer enter is taken for the same, so
 * that others see who does not follow. Returns 1 if so, 0 if all is as it was,
 * or -errno with error_set(), the same error once, and 0 after that.
 */
int server_list_check(struct server_list *list);

/* Say which release this server answers from. */
void server_list_release(struct server_list *list, uint64_t release);

/* Keep what this server has counted, up to SERVER_LIST_COUNTERS values
 * (server_list_file.h). Any thread. Accepts NULL. */
void server_list_counters(struct server_list *list, const uint64_t *value,
			  unsigned int count);

/* The path of the announcement, or NULL without one. The sockets beside it
 * (server_socket.h) are removed with it. */
const char *server_list_path(const struct server_list *list);

/* The socket that server_list_keep()'s process made beside the announcement; it
 * is the caller's from now on. -1 for none. */
int server_list_socket(struct server_list *list, enum server_socket_kind kind);

/* Take the announcement back, and add the counters to those of ended servers:
 * now if this user may write there, else a later server does. Accepts NULL. */
void server_list_remove(struct server_list *list);

#endif
