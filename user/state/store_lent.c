// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>

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

#define OVER " >= 4611686018427387904"

/* What is so now, as a version of the store. */
static int version_find(struct store *store, int64_t *version)
{
	uint64_t lent = 0, layers = 0;
	bool any;
	int err = store_db_table(store, "draft", &any);

	if (!err && any)
		err = number_get(store,
				 "SELECT EXISTS (SELECT 1 FROM release"
				 " WHERE restores" OVER ")",
				 0, &lent);
	if (!err && any)
		err = number_get(store,
				 "SELECT EXISTS (SELECT 1 FROM draft"
				 " WHERE under" OVER ")",
				 0, &layers);
	*version = layers ? STORE_VERSION_LAYERS
		   : lent ? STORE_VERSION_LENT
			  : STORE_VERSION;
	return err;
}

int store_lent_note(struct store *store)
{
	char sql[sizeof("PRAGMA user_version = ") + 20];
	uint64_t before = 0;
	int64_t version;
	int err = version_find(store, &version);

	if (!err)
		err = number_get(store, "PRAGMA user_version", 0, &before);
	if (err || before < STORE_VERSION || (int64_t)before == version)
		return err;
	store->drafts = version;
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %lld",
		 (long long)version);
	return store_exec(store, "write a draft", sql);
}

/* What nobody needs; with it goes what it stands on. */
static int done_delete(struct store *store)
{
	int err;

	do {
		err = store_exec(
			store, "write a draft",
			"DELETE FROM draft_rule WHERE draft IN"
			" (SELECT id FROM draft WHERE " STORE_DRAFT_DONE ");"
			"DELETE FROM draft WHERE " STORE_DRAFT_DONE);
	} while (!err && sqlite3_changes(store->db));
	return err;
}

int store_lent_tidy(struct store *store)
{
	int err = store_exec(store, "write a draft",
			     "UPDATE draft SET name = '@' || id"
			     " WHERE NOT " STORE_DRAFT_HIDDEN
			     " AND " STORE_DRAFT_LENT);

	if (!err)
		err = done_delete(store);
	return err ? err : store_lent_note(store);
}

int store_lent_own(struct store *store, uint64_t *own)
{
	return number_get(store,
			  "SELECT coalesce(max(number), 0) FROM release"
			  " WHERE restores IS NULL",
			  0, own);
}

int store_lent_first(struct store *store, uint64_t rows, uint64_t behind,
		     uint64_t *first)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"SELECT coalesce(min(number), 0) FROM release"
				" WHERE restores" OVER
				" AND restores = ?1 AND number > ?2");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, rows);
	sqlite3_bind_int64(stmt, 2, behind);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*first = sqlite3_column_int64(stmt, 0);
	else
		err = store_fail(store, "read releases");
	sqlite3_finalize(stmt);
	return err;
}

int store_lent_fold(struct store *store, uint64_t rows, uint64_t release)
{
	int err = store_run_numbers(store, "write a draft",
				    "UPDATE release SET restores ="
				    " CASE number WHEN ?2 THEN NULL ELSE ?2 END"
				    " WHERE restores" OVER
				    " AND restores = ?1 AND number >= ?2",
				    rows, release);

	if (!err)
		err = store_run_numbers(store, "write a draft",
					"UPDATE draft SET under = ?2"
					" WHERE under" OVER " AND under = ?1",
					rows, release);
	return err ? err : store_lent_tidy(store);
}
