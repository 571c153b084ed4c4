// SPDX-License-Identifier: BSD-2-Clause
#include "hits_db.h"
#include "hits_save.h"
#include "misses.h"

enum { SAVE_WAIT = 10000 }; /* ms for others who write */

int hits_save(const char *state, hits_missed_fn *missed, void *arg)
{
	struct hits_db *db;
	int err = hits_db_open(&db, state, HITS_DB_MAKE, SAVE_WAIT);

	if (err)
		return err;
	err = hits_gather(db, state, missed, arg);
	if (!err)
		err = hits_gather_tidy(db, state);
	if (!err)
		err = misses_save(db, state);
	if (!err)
		err = hits_db_sync(db);
	hits_db_close(db);
	return err;
}
