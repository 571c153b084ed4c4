// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>

#include "store.h"
#include "store_db.h"
#include "store_draft_db.h"
#include "store_lent.h"
#include "store_schema.h"

static int number_get(struct store *store, const char *sql, uint64_t bound,
		      uint64_t *number)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt, sql);

	if (err)
		return err;
	if (sqlite3_bind_parameter_count(stmt))
		sqlite3_bind_int64(stmt, 1, bound);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*number = sqlite3_column_int64(stmt, 0);
	else
		err = store_fail(store, "read releases");
	sqlite3_finalize(stmt);
	return err;
}

int store_lent_note(struct store *store)
{
	uint64_t lent = 0;
	int err = number_get(store,
			     "SELECT EXISTS (SELECT 1 FROM release"
			     " WHERE restores >= ?1)",
			     STORE_DRAFT_ROWS, &lent);

	if (err || store->lent == (lent != 0))
		return err;
	store->lent = lent;
	return store_exec(
		store, "write a draft",
		lent ? "PRAGMA user_version = " STORE_TEXT(STORE_VERSION_LENT)
		     : "PRAGMA user_version = " STORE_TEXT(STORE_VERSION));
}

int store_lent_tidy(struct store *store)
{
	return store_exec(store, "write a draft",
			  "UPDATE draft SET name = '@' || id"
			  " WHERE NOT " STORE_DRAFT_HIDDEN
			  " AND " STORE_DRAFT_LENT ";"
			  "DELETE FROM draft_rule WHERE draft IN"
			  " (SELECT id FROM draft WHERE " STORE_DRAFT_DONE ");"
			  "DELETE FROM draft WHERE " STORE_DRAFT_DONE);
}

int store_lent_find(struct store *store, uint64_t rows, uint64_t *first,
		    uint64_t *own)
{
	int err = number_get(store,
			     "SELECT coalesce(min(number), 0) FROM release"
			     " WHERE restores = ?1",
			     rows, first);

	if (err)
		return err;
	return number_get(store,
			  "SELECT coalesce(max(number), 0) FROM release"
			  " WHERE restores IS NULL",
			  0, own);
}

int store_lent_fold(struct store *store, uint64_t rows, uint64_t release)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"UPDATE release SET restores ="
				" CASE number WHEN ?2 THEN NULL ELSE ?2 END"
				" WHERE restores = ?1 AND number >= ?2");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, rows);
	sqlite3_bind_int64(stmt, 2, release);
	err = store_run(store, stmt, "write a draft");
	if (!err)
		err = store_lent_tidy(store);
	return err ? err : store_lent_note(store);
}
