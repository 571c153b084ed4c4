// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "source_set.h"
#include "store_db.h"
#include "store_sources.h"

enum { FEW = 512 };

#define TABLE                                           \
	"CREATE TABLE IF NOT EXISTS release_source("    \
	" release INTEGER NOT NULL,"                    \
	" source TEXT NOT NULL, time INTEGER NOT NULL," \
	" PRIMARY KEY(release, source)) WITHOUT ROWID"

static int sources_write(struct store *store, uint64_t release, int64_t time,
			 const struct source_set *sources)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"INSERT OR REPLACE INTO release_source"
				" VALUES (?1, ?2, ?3)");
	size_t i;

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, release);
	sqlite3_bind_int64(stmt, 3, time);
	for (i = 0; i < sources->count && !err; i++) {
		sqlite3_bind_text(stmt, 2, sources->source[i], -1,
				  SQLITE_STATIC);
		if (sqlite3_step(stmt) != SQLITE_DONE)
			err = store_fail(store, "write the release");
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	return err;
}

int store_sources_note(struct store *store, uint64_t release, int64_t time,
		       const struct source_set *sources)
{
	int err;

	if (sources->full || sources->count > FEW)
		return 0;
	err = store_exec(store, "write the release", TABLE);
	return err ? err : sources_write(store, release, time, sources);
}

static int sources_add(struct store *store, sqlite3_stmt *stmt,
		       struct source_set *sources, bool *known)
{
	int err = 0, code;

	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		*known = true;
		err = source_set_add(sources,
				     (const char *)sqlite3_column_text(stmt, 0),
				     sqlite3_column_bytes(stmt, 0));
	}
	if (!err && code != SQLITE_DONE)
		err = store_fail(store, "read releases");
	return err;
}

int store_sources_read(struct store *store, uint64_t release, int64_t time,
		       struct source_set *sources, bool *known)
{
	sqlite3_stmt *stmt;
	int err = store_db_table(store, "release_source", known);

	if (err || !*known)
		return err;
	*known = false;
	err = store_prepare(store, &stmt,
			    "SELECT source FROM release_source"
			    " WHERE release = ?1 AND time = ?2");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, release);
	sqlite3_bind_int64(stmt, 2, time);
	err = sources_add(store, stmt, sources, known);
	sqlite3_finalize(stmt);
	return err;
}

int store_sources_forget(struct store *store, uint64_t before, uint64_t behind)
{
	sqlite3_stmt *stmt;
	bool any = false;
	int err = store_db_table(store, "release_source", &any);

	if (err || !any)
		return err;
	err = store_prepare(store, &stmt,
			    "DELETE FROM release_source"
			    " WHERE release < ?1 OR release > ?2");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, before);
	sqlite3_bind_int64(stmt, 2, behind);
	return store_run(store, stmt, "forget releases");
}
