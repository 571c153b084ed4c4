/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_LIST_KEEPER_H
#define SERVER_LIST_KEEPER_H

struct registry;

/*
 * Private to the registry: a process that stays root and does nothing but
 * announce a server where the path of its state directory leads to, for one that
 * does not stay root; registry_keep() begins it. In a directory of another user
 * it acts as that user, so that it does there no more than he could. What it
 * makes it hands over, lock and all.
 */

/* Have it do registry_look(), with the result of that; -EPIPE where there is no
 * such process, and nothing has changed. */
int registry_keeper_look(struct registry *registry);

/* Have it add up what servers left that have ended: 0 or -EPIPE. */
int registry_keeper_fold(const struct registry *registry);

#endif
