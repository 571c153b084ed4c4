/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_KEEPER_H
#define SERVER_LIST_KEEPER_H

struct announcement;

/*
 * Private to the list: a process that stays root and does nothing but announce
 * a server where the path of its state directory leads to, for one that does
 * not stay root. In a directory of another user it acts as that user, so that
 * it does there no more than he could. What it makes it hands over, lock and
 * all.
 */

/*
 * server_list_keeper_start - begin; it ends when the descriptor is closed
 * @own: without a file so far; the child has it from now on, too
 *
 * Returns a descriptor for the others, or -errno with error_set().
 */
int server_list_keeper_start(struct announcement *own);

/*
 * server_list_keeper_look - have it do announcement_look()
 * @keeper: or -1: there is no such process
 * @own:    receives what it made
 * @socket: receives the sockets that it made beside that, by their kinds
 *          (server_socket.h), or -1; those that are there are closed
 *
 * Returns the result of that; -EPIPE where there is no such process, and
 * nothing has changed.
 */
int server_list_keeper_look(int keeper, struct announcement *own, int *socket);

/* Have it add up what servers left that have ended: 0 or -EPIPE. */
int server_list_keeper_fold(int keeper);

#endif
