// SPDX-License-Identifier: BSD-2-Clause
#include "store_db.h"
#include "store_yield.h"

enum { STEPS = 20000 }; /* of SQLite's machine: some hundred rows */

void store_yield(struct store *store, int (*wanted)(void *arg), void *arg)
{
	sqlite3_progress_handler(store->db, STEPS, wanted, arg);
}
