/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_KEEPER_H
#define SERVER_LIST_KEEPER_H

struct server_list;

/*
 * Private to the list: a process that stays root and does nothing but
 * announce a server where the path of its state directory leads to, for one
 * that does not stay root; server_list_keep() begins it. In a directory of
 * another user it acts as that user, so that it does there no more than he
 * could. What it makes it hands over, lock and all.
 */

/* Have it do server_list_look(), with the result of that; -EPIPE where there
 * is no such process, and nothing has changed. */
int server_list_keeper_look(struct server_list *list);

/* Have it add up what servers left that have ended: 0 or -EPIPE. */
int server_list_keeper_fold(const struct server_list *list);

/*
 * server_list_keep - let a process do it that stays root
 *
 * For a server that does not: a directory that takes the place of its own may
 * be one that its user may not write. Call it before the first thread. Returns
 * 0, or -errno with error_set(): then it is announced as its user may.
 */
int server_list_keep(struct server_list *list);

/* The socket for counters (serve_stats.h) that server_list_keep()'s process
 * made beside the announcement; it is the caller's from now on. -1 for none. */
int server_list_socket(struct server_list *list);

#endif
