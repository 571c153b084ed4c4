// SPDX-License-Identifier: BSD-2-Clause
#include <stdio.h>
#include <string.h>

#include "store.h"
#include "store_db.h"
#include "store_lent.h"
#include "store_prune.h"
#include "store_sources.h"

/* The rows that no release from ?1 on has, and no draft stands on: DRAFTS where
 * there may be some. A release has the rows of itself, or
 * of an earlier one that it restores. */
#define PRUNE_OLD                                                  \
	"WITH old(base) AS MATERIALIZED (SELECT DISTINCT restores" \
	" FROM release WHERE number >= ?1 AND restores < ?1) "
#define PRUNE_ROWS                                                    \
	" FROM rule WHERE NOT EXISTS (SELECT 1 FROM release"          \
	" WHERE number >= max(?1, rule.added) AND restores IS NULL"   \
	" AND (rule.removed IS NULL OR number < rule.removed))"       \
	" AND NOT EXISTS (SELECT 1 FROM old WHERE base >= rule.added" \
	" AND (rule.removed IS NULL OR base < rule.removed))"

#define PRUNE_DRAFTS                                                     \
	" AND NOT EXISTS (SELECT 1 FROM draft WHERE under >= rule.added" \
	" AND under < 4611686018427387904"                               \
	" AND (rule.removed IS NULL OR under < rule.removed))"

static int number_get(struct store *store, const char *sql, int64_t bound,
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

int store_first(struct store *store, uint64_t *number)
{
	return number_get(store, "SELECT coalesce(min(number), 0) FROM release",
			  0, number);
}

int store_since(struct store *store, int64_t time, uint64_t *number)
{
	return number_get(store,
			  "SELECT coalesce(min(number), 0) FROM release"
			  " WHERE time >= ?1",
			  time, number);
}

int store_prune_look(struct store *store, uint64_t before, uint64_t *releases,
		     uint64_t *rows, uint64_t *all)
{
	bool any = false;
	int err = store_db_table(store, "draft", &any);

	if (!err)
		err = number_get(store,
				 "SELECT count(*) FROM release"
				 " WHERE number < ?1",
				 before, releases);
	if (!err)
		err = number_get(
			store,
			any ? PRUNE_OLD
				"SELECT count(*)" PRUNE_ROWS PRUNE_DRAFTS
			    : PRUNE_OLD "SELECT count(*)" PRUNE_ROWS,
			before, rows);
	if (!err)
		err = number_get(store, "SELECT count(*) FROM rule", 0, all);
	return err;
}

static int delete_run(struct store *store, const char *sql, uint64_t before,
		      uint64_t *count)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt, sql);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, before);
	err = store_run(store, stmt, "prune releases");
	*count = sqlite3_changes64(store->db);
	return err;
}

static int pruned_note(struct store *store, const struct store_pruned *pruned)
{
	sqlite3_stmt *stmt;
	int err;

	err = store_exec(store, "prune releases",
			 "CREATE TABLE IF NOT EXISTS pruned("
			 " id INTEGER PRIMARY KEY, before INTEGER NOT NULL,"
			 " time INTEGER NOT NULL, user TEXT NOT NULL,"
			 " packed INTEGER NOT NULL)");
	if (!err)
		err = store_prepare(store, &stmt,
				    "INSERT OR REPLACE INTO pruned"
				    " VALUES (1, ?1, ?2, ?3, 0)");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, pruned->before);
	sqlite3_bind_int64(stmt, 2, pruned->time);
	sqlite3_bind_text(stmt, 3, pruned->user, -1, SQLITE_STATIC);
	return store_run(store, stmt, "prune releases");
}

/* Those whose base goes can tell that this prune kept its rows. */
static int drafts_note(struct store *store, uint64_t before)
{
	uint64_t count;

	return delete_run(store, "UPDATE draft SET pruned = ?1", before,
			  &count);
}

/* Drafts that only they had go with them, and what those stand on. */
static int releases_delete(struct store *store, uint64_t before, bool drafts,
			   uint64_t *releases)
{
	int err = drafts ? store_lent_tidy(store) : 0;

	if (!err)
		err = delete_run(store, "DELETE FROM release WHERE number < ?1",
				 before, releases);
	if (!err && drafts)
		err = store_lent_tidy(store);
	return err ? err : store_lent_note(store);
}

int store_prune(struct store *store, const struct store_pruned *pruned,
		uint64_t *releases, uint64_t *rows)
{
	bool any = false;
	int err = store_begin(store);

	if (!err)
		err = store_db_table(store, "draft", &any);
	if (!err)
		err = releases_delete(store, pruned->before, any, releases);
	if (!err)
		err = delete_run(store,
				 any ? PRUNE_OLD
					 "DELETE" PRUNE_ROWS PRUNE_DRAFTS
				     : PRUNE_OLD "DELETE" PRUNE_ROWS,
				 pruned->before, rows);
	if (!err)
		err = store_sources_forget(store, pruned->before, INT64_MAX);
	if (!err)
		err = pruned_note(store, pruned);
	if (!err && any)
		err = drafts_note(store, pruned->before);
	if (!err)
		err = store_commit(store);
	if (err)
		store_rollback(store);
	return err;
}

int store_pack(struct store *store)
{
	struct store_pruned pruned;
	int err = store_pruned(store, &pruned);

	/* All pages are written, more than are to be kept in memory. */
	if (!err)
		err = store_exec(store, "give space back",
				 "PRAGMA cache_spill = ON;"
				 "VACUUM;"
				 "PRAGMA cache_spill = OFF");
	if (!err && pruned.before)
		err = store_exec(store, "give space back",
				 "UPDATE pruned SET packed = 1");
	return err;
}

int store_pruned(struct store *store, struct store_pruned *pruned)
{
	sqlite3_stmt *stmt;
	bool there;
	int err;

	memset(pruned, 0, sizeof(*pruned));
	err = store_db_table(store, "pruned", &there);
	if (err || !there)
		return err;
	err = store_prepare(store, &stmt,
			    "SELECT before, time, user, packed FROM pruned");
	if (err)
		return err;
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		pruned->before = sqlite3_column_int64(stmt, 0);
		pruned->time = sqlite3_column_int64(stmt, 1);
		snprintf(pruned->user, sizeof(pruned->user), "%s",
			 (const char *)sqlite3_column_text(stmt, 2));
		pruned->packed = sqlite3_column_int(stmt, 3);
	}
	sqlite3_finalize(stmt);
	return 0;
}
