/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_YIELD_H
#define STORE_YIELD_H

struct store;

/*
 * store_yield - ask now and then, while statements run, whether to give up
 * @wanted: not 0: the statement fails, and the transaction is to be undone
 *
 * Until the store is closed. A commit is not broken off.
 */
void store_yield(struct store *store, int (*wanted)(void *arg), void *arg);

#endif
