// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "hits_db.h"
#include "miss_store.h"
#include "miss_sum.h"

/* What is read of a file may be anything: it goes through miss_sum_kept(). */
#define SCHEMA                                                               \
	"CREATE TABLE IF NOT EXISTS miss_memory(run INTEGER PRIMARY KEY,"    \
	" server TEXT NOT NULL);"                                            \
	"CREATE TABLE IF NOT EXISTS miss_table(run INTEGER NOT NULL,"        \
	" kind INTEGER NOT NULL, absent INTEGER NOT NULL,"                   \
	" missed INTEGER NOT NULL, PRIMARY KEY(run, kind)) WITHOUT ROWID;"   \
	"CREATE TABLE IF NOT EXISTS miss(run INTEGER NOT NULL,"              \
	" kind INTEGER NOT NULL, text BLOB NOT NULL, host INTEGER NOT NULL," \
	" cut INTEGER NOT NULL, count INTEGER NOT NULL,"                     \
	" error INTEGER NOT NULL, last INTEGER NOT NULL,"                    \
	" PRIMARY KEY(run, kind, text, host, cut)) WITHOUT ROWID;"

static int store_fail(struct hits_db *db)
{
	return hits_db_fail(db, "save misses");
}

static int store_ready(struct hits_db *db)
{
	return sqlite3_exec(db->db, SCHEMA, NULL, NULL, NULL) ? store_fail(db)
							      : 0;
}

static int run_exec(struct hits_db *db, const char *sql, uint64_t run)
{
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(db, &stmt, sql);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)run);
	return hits_db_run(db, stmt);
}

static int run_remove(struct hits_db *db, uint64_t run)
{
	int err = run_exec(db, "DELETE FROM miss WHERE run = ?", run);

	if (!err)
		err = run_exec(db, "DELETE FROM miss_table WHERE run = ?", run);
	if (!err)
		err = run_exec(db, "DELETE FROM miss_memory WHERE run = ?",
			       run);
	return err;
}

static int item_insert(struct hits_db *db, sqlite3_stmt *stmt, uint64_t run,
		       uint32_t table, const struct miss_found *found)
{
	sqlite3_reset(stmt);
	sqlite3_bind_int64(stmt, 1, (int64_t)run);
	sqlite3_bind_int(stmt, 2, table);
	sqlite3_bind_blob(stmt, 3, found->text, found->len, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 4, found->host_len);
	sqlite3_bind_int(stmt, 5, found->cut);
	sqlite3_bind_int64(stmt, 6, found->count);
	sqlite3_bind_int64(stmt, 7, found->error);
	sqlite3_bind_int64(stmt, 8, found->last);
	return sqlite3_step(stmt) == SQLITE_DONE ? 0 : store_fail(db);
}

static int items_insert(struct hits_db *db, uint64_t run, uint32_t table,
			const struct miss_list *list)
{
	sqlite3_stmt *stmt;
	size_t i;
	int err = hits_db_prepare(
		db, &stmt, "INSERT INTO miss VALUES(?, ?, ?, ?, ?, ?, ?, ?)");

	for (i = 0; !err && i < list->count; i++)
		err = item_insert(db, stmt, run, table, &list->found[i]);
	if (stmt)
		sqlite3_finalize(stmt);
	return err;
}

static int table_insert(struct hits_db *db, uint64_t run, uint32_t table,
			const struct miss_list *list)
{
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(db, &stmt,
				  "INSERT INTO miss_table VALUES(?, ?, ?, ?)");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)run);
	sqlite3_bind_int(stmt, 2, table);
	sqlite3_bind_int64(stmt, 3, list->absent);
	sqlite3_bind_int64(stmt, 4, list->missed);
	err = hits_db_run(db, stmt);
	return err ? err : items_insert(db, run, table, list);
}

static int memory_insert(struct hits_db *db, uint64_t run, const char *server)
{
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(db, &stmt,
				  "INSERT INTO miss_memory VALUES(?, ?)");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)run);
	sqlite3_bind_text(stmt, 2, server, -1, SQLITE_STATIC);
	return hits_db_run(db, stmt);
}

/* How much a table had when it was saved last. */
static int missed_read(struct hits_db *db, uint64_t run, uint32_t table,
		       uint64_t *missed)
{
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(
		db, &stmt,
		"SELECT missed FROM miss_table WHERE run = ? AND kind = ?");

	*missed = 0;
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)run);
	sqlite3_bind_int(stmt, 2, table);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*missed = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return 0;
}

struct lists {
	struct miss_list list[MISS_TABLES];
};

static void lists_free(struct lists *lists)
{
	int i;

	for (i = 0; i < MISS_TABLES; i++)
		miss_list_free(&lists->list[i]);
}

static int lists_insert(struct hits_db *db, uint64_t run, const char *server,
			const struct lists *lists)
{
	int err = run_remove(db, run), i;

	if (!err)
		err = memory_insert(db, run, server);
	for (i = 0; i < MISS_TABLES && !err; i++)
		err = table_insert(db, run, i, &lists->list[i]);
	return err;
}

int miss_store_save(struct hits_db *db, uint64_t run, const char *server,
		    struct miss_sum *one)
{
	struct lists lists = {0};
	bool changed = false;
	uint64_t before;
	int err = store_ready(db), i;

	for (i = 0; i < MISS_TABLES && !err; i++) {
		err = missed_read(db, run, i, &before);
		if (!err)
			err = miss_sum_list(one, i, MISS_STORE_MOST,
					    &lists.list[i]);
		changed |= !err && lists.list[i].missed != before;
	}
	if (!err && changed)
		err = lists_insert(db, run, server, &lists);
	lists_free(&lists);
	return err;
}

/* Items of one table of a memory, whose texts are in one buffer. */
struct kept {
	struct miss_list list;
	size_t room;
	char (*text)[MISS_TEXT];
	size_t texts;
};

static int kept_add(struct kept *kept, sqlite3_stmt *stmt)
{
	size_t len = sqlite3_column_bytes(stmt, 0), n = kept->list.count;
	const void *text = sqlite3_column_blob(stmt, 0);
	int64_t host = sqlite3_column_int64(stmt, 1);

	if (len > MISS_TEXT || host < 0 || host > (int64_t)len)
		return 0;
	if (array_grow(&kept->list.found, &kept->room, n + 1,
		       sizeof(*kept->list.found)) ||
	    array_grow(&kept->text, &kept->texts, n + 1, sizeof(*kept->text)))
		return error_sys(-ENOMEM, "cannot read misses");
	if (len)
		memcpy(kept->text[n], text, len);
	kept->list.found[n] = (struct miss_found){
		.len = len,
		.host_len = host,
		.cut = sqlite3_column_int(stmt, 2) != 0,
		.count = sqlite3_column_int64(stmt, 3),
		.error = sqlite3_column_int64(stmt, 4),
		.last = sqlite3_column_int64(stmt, 5),
	};
	kept->list.count++;
	return 0;
}

static int kept_read(struct hits_db *db, uint64_t run, uint32_t table,
		     struct kept *kept)
{
	sqlite3_stmt *stmt;
	size_t i;
	int err, code = SQLITE_DONE;

	err = hits_db_prepare(
		db, &stmt,
		"SELECT text, host, cut, count, error, last FROM miss"
		" WHERE run = ? AND kind = ?");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)run);
	sqlite3_bind_int(stmt, 2, table);
	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		err = kept_add(kept, stmt);
	if (!err && code != SQLITE_DONE)
		err = hits_db_fail(db, "read misses");
	sqlite3_finalize(stmt);
	for (i = 0; i < kept->list.count; i++)
		kept->list.found[i].text = kept->text[i];
	return err;
}

static int table_read(struct hits_db *db, struct miss_sum *sum, uint64_t run,
		      uint32_t table, uint64_t absent, uint64_t missed)
{
	struct kept kept = {.list = {.absent = absent, .missed = missed}};
	int err = kept_read(db, run, table, &kept);

	if (!err)
		err = miss_sum_kept(sum, table, &kept.list);
	miss_list_free(&kept.list);
	free(kept.text);
	return err;
}

static int run_read(struct hits_db *db, struct miss_sum *sum, uint64_t run)
{
	int err, code = SQLITE_DONE;
	sqlite3_stmt *stmt;

	err = hits_db_prepare(db, &stmt,
			      "SELECT kind, absent, missed FROM miss_table"
			      " WHERE run = ?");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)run);
	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		uint32_t table = sqlite3_column_int(stmt, 0);

		if (table < MISS_TABLES)
			err = table_read(db, sum, run, table,
					 sqlite3_column_int64(stmt, 1),
					 sqlite3_column_int64(stmt, 2));
	}
	if (!err && code != SQLITE_DONE)
		err = hits_db_fail(db, "read misses");
	sqlite3_finalize(stmt);
	return err;
}

/* The memories that fn says, the left-over of others first. */
struct runs {
	uint64_t *run;
	size_t count, room;
};

static int runs_find(struct hits_db *db, struct runs *runs,
		     bool (*fn)(uint64_t run, const char *server, void *arg),
		     void *arg)
{
	int err, code = SQLITE_DONE;
	sqlite3_stmt *stmt;

	err = hits_db_prepare(db, &stmt, "SELECT run, server FROM miss_memory");
	if (err)
		return err;
	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		uint64_t run = sqlite3_column_int64(stmt, 0);
		const char *server = (const char *)sqlite3_column_text(stmt, 1);

		if (!fn(run, server ? server : "", arg))
			continue;
		if (array_grow(&runs->run, &runs->room, runs->count + 1,
			       sizeof(*runs->run)))
			err = error_sys(-ENOMEM, "cannot read misses");
		else
			runs->run[runs->count++] = run;
	}
	if (!err && code != SQLITE_DONE)
		err = hits_db_fail(db, "read misses");
	sqlite3_finalize(stmt);
	return err;
}

int miss_store_read(struct hits_db *db, struct miss_sum *sum,
		    bool (*fn)(uint64_t run, const char *server, void *arg),
		    void *arg)
{
	struct runs runs = {0};
	int err = store_ready(db);
	size_t i;

	if (!err)
		err = runs_find(db, &runs, fn, arg);
	for (i = 0; i < runs.count && !err; i++)
		err = run_read(db, sum, runs.run[i]);
	free(runs.run);
	return err;
}

static int runs_fold(struct hits_db *db, const struct runs *runs)
{
	struct lists lists = {0};
	struct miss_sum *sum;
	int err = miss_sum_new(&sum), i;
	size_t n;

	if (!err)
		err = run_read(db, sum, 0);
	for (n = 0; n < runs->count && !err; n++) {
		err = run_read(db, sum, runs->run[n]);
		if (!err)
			err = run_remove(db, runs->run[n]);
	}
	for (i = 0; i < MISS_TABLES && !err; i++)
		err = miss_sum_list(sum, i, MISS_STORE_MOST, &lists.list[i]);
	if (!err)
		err = lists_insert(db, 0, "", &lists);
	lists_free(&lists);
	miss_sum_free(sum);
	return err;
}

int miss_store_fold(struct hits_db *db,
		    bool (*fn)(uint64_t run, const char *server, void *arg),
		    void *arg)
{
	struct runs runs = {0};
	int err = store_ready(db);

	if (!err)
		err = runs_find(db, &runs, fn, arg);
	if (!err && runs.count)
		err = runs_fold(db, &runs);
	free(runs.run);
	return err;
}
