// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "store.h"
#include "store_db.h"
#include "store_draft_db.h"
#include "store_prune.h"
#include "store_release.h"

int store_release_add(struct store *store, const struct store_release *release)
{
	sqlite3_stmt *stmt;
	int err;

	err = store_prepare(store, &stmt,
			    "INSERT INTO release VALUES"
			    " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, release->number);
	sqlite3_bind_int64(stmt, 2, release->time);
	sqlite3_bind_text(stmt, 3, release->user, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 4, release->command, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 5, release->message, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 6, release->added);
	sqlite3_bind_int64(stmt, 7, release->removed);
	sqlite3_bind_int64(stmt, 8, release->changed);
	sqlite3_bind_int64(stmt, 9, release->rules);
	if (release->restores != STORE_NO_ROWS)
		sqlite3_bind_int64(stmt, 10, release->restores);
	return store_run(store, stmt, "write the release");
}

int store_last(struct store *store, uint64_t *number)
{
	sqlite3_stmt *stmt;
	int err;

	err = store_prepare(store, &stmt,
			    "SELECT coalesce(max(number), 0) FROM release");
	if (err)
		return err;
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*number = sqlite3_column_int64(stmt, 0);
	else
		err = store_fail(store, "read releases");
	sqlite3_finalize(stmt);
	return err;
}

static const char *column_text(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return text ? text : "";
}

/* "rollback N" names a release, whose own rules may be those of another. */
static uint64_t named_of(const struct store_release *release)
{
	static const char verb[] = "rollback ";
	const char *number = release->command + sizeof(verb) - 1;

	if (release->restores == STORE_NO_ROWS)
		return STORE_NO_ROWS;
	if (!strncmp(release->command, verb, sizeof(verb) - 1) &&
	    *number >= '0' && *number <= '9')
		return strtoull(number, NULL, 10);
	return release->restores & STORE_DRAFT_ROWS ? STORE_NO_ROWS
						    : release->restores;
}

static void row_read(sqlite3_stmt *stmt, struct store_release *release)
{
	*release = (struct store_release){
		.number = sqlite3_column_int64(stmt, 0),
		.time = sqlite3_column_int64(stmt, 1),
		.user = column_text(stmt, 2),
		.command = column_text(stmt, 3),
		.message = column_text(stmt, 4),
		.added = sqlite3_column_int64(stmt, 5),
		.removed = sqlite3_column_int64(stmt, 6),
		.changed = sqlite3_column_int64(stmt, 7),
		.rules = sqlite3_column_int64(stmt, 8),
		.restores = STORE_NO_ROWS,
	};
	if (sqlite3_column_type(stmt, 9) != SQLITE_NULL)
		release->restores = sqlite3_column_int64(stmt, 9);
	release->named = named_of(release);
}

int store_log(struct store *store, uint64_t from, uint64_t to,
	      int (*fn)(const struct store_release *release, void *arg),
	      void *arg)
{
	struct store_release release;
	sqlite3_stmt *stmt;
	int err, code;

	err = store_prepare(store, &stmt,
			    "SELECT number, time, user, command, message,"
			    " added, removed, changed, rules, restores"
			    " FROM release WHERE number BETWEEN ?1 AND ?2"
			    " ORDER BY number DESC");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, from);
	sqlite3_bind_int64(stmt, 2, to);
	while (!err && (code = sqlite3_step(stmt)) != SQLITE_DONE) {
		if (code != SQLITE_ROW) {
			err = store_fail(store, "read releases");
			break;
		}
		row_read(stmt, &release);
		err = fn(&release, arg);
	}
	sqlite3_finalize(stmt);
	return err;
}

struct found {
	uint64_t rows, rules;
	bool found;
};

static int found_take(const struct store_release *release, void *arg)
{
	struct found *found = arg;

	found->found = true;
	found->rules = release->rules;
	found->rows = release->restores == STORE_NO_ROWS ? release->number
							 : release->restores;
	return 0;
}

static int release_missing(struct store *store, uint64_t release)
{
	uint64_t first;
	int err = store_first(store, &first);

	if (err)
		return err;
	if (release < first)
		return error_set(-ENOENT,
				 "release %" PRIu64
				 " was pruned: the oldest one is %" PRIu64,
				 release, first);
	return error_set(-ENOENT, "%s has no release %" PRIu64, store->path,
			 release);
}

int store_rows(struct store *store, uint64_t release, uint64_t *rows,
	       uint64_t *rules)
{
	struct found found = {.found = !release};
	int err = 0;

	if (release)
		err = store_log(store, release, release, found_take, &found);
	if (err)
		return err;
	if (!found.found)
		return release_missing(store, release);
	*rows = found.rows;
	*rules = found.rules;
	return 0;
}
