// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "interrupt.h"
#include "progress.h"
#include "rule.h"
#include "store.h"
#include "store_db.h"
#include "store_rules_insert.h"
#include "store_row.h"
#include "store_rule.h"
#include "store_schema.h"

/*
 * Many rules in one statement: SQLite takes them from a table that is not
 * stored, one row for each. A statement for each rule binds, opens and searches
 * the table anew: an import of 1,000,000 rules then takes 40 % more processor
 * time.
 */
struct fill {
	struct store *store;
	int (*next)(void *arg, struct rule *rule);
	void *arg;
	struct rule rule;
	int got; /* from next() */
	uint64_t done;
};

/* SQLite may keep it until the store is closed. */
struct fill_table {
	sqlite3_vtab sqlite; /* first */
	struct fill *fill;
};

static struct fill *fill_of(const sqlite3_vtab_cursor *cursor)
{
	return ((struct fill_table *)cursor->pVtab)->fill;
}

enum {
	FILL_SOURCE,
	FILL_TARGET,
	FILL_CODE,
	FILL_MAX_AGE,
	FILL_FLAGS,
};

static int fill_connect(sqlite3 *db, void *arg, int argc,
			const char *const *argv, sqlite3_vtab **table,
			char **reason)
{
	struct fill_table *made = calloc(1, sizeof(*made));
	int code;

	(void)argc, (void)argv, (void)reason;
	if (!made)
		return SQLITE_NOMEM;
	made->fill = arg;
	code = sqlite3_declare_vtab(db, "CREATE TABLE fill(source, target,"
					" code, max_age, flags, keys)");
	if (code)
		free(made);
	else
		*table = &made->sqlite;
	return code;
}

static int fill_disconnect(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

static int fill_plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table, (void)info;
	return SQLITE_OK;
}

static int fill_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
	(void)table;
	*cursor = calloc(1, sizeof(**cursor));
	return *cursor ? SQLITE_OK : SQLITE_NOMEM;
}

static int fill_close(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int fill_next(sqlite3_vtab_cursor *cursor)
{
	struct fill *fill = fill_of(cursor);

	int err = 0;

	fill->got = fill->next(fill->arg, &fill->rule);
	if (fill->got > 0)
		err = store_touch(fill->store, fill->rule.source,
				  fill->rule.source_len, 1);
	err = err ? err : interrupt_check();
	if (err)
		fill->got = err;
	progress_at(++fill->done);
	return fill->got < 0 ? SQLITE_ERROR : SQLITE_OK;
}

static int fill_first(sqlite3_vtab_cursor *cursor, int plan, const char *text,
		      int argc, sqlite3_value **argv)
{
	(void)plan, (void)text, (void)argc, (void)argv;
	return fill_next(cursor);
}

static int fill_ended(sqlite3_vtab_cursor *cursor)
{
	return !fill_of(cursor)->got;
}

static void keys_result(sqlite3_context *to, const struct rule *rule)
{
	struct store_row_keys room;
	const char *keys = store_row_keys(&room, rule);

	sqlite3_result_text(to, keys, -1,
			    keys == room.text ? SQLITE_TRANSIENT
					      : SQLITE_STATIC);
}

static int fill_column(sqlite3_vtab_cursor *cursor, sqlite3_context *to,
		       int column)
{
	const struct rule *rule = &fill_of(cursor)->rule;

	if (column == FILL_SOURCE)
		sqlite3_result_text(to, rule->source, rule->source_len,
				    SQLITE_STATIC);
	else if (column == FILL_TARGET)
		sqlite3_result_text(to, rule->target, rule->target_len,
				    SQLITE_STATIC);
	else if (column == FILL_CODE)
		sqlite3_result_int(to, rule->code);
	else if (column == FILL_MAX_AGE)
		sqlite3_result_int64(to, rule->max_age);
	else if (column == FILL_FLAGS)
		sqlite3_result_int(to, store_row_flags(rule));
	else
		keys_result(to, rule);
	return SQLITE_OK;
}

static int fill_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *number)
{
	(void)cursor;
	*number = 0;
	return SQLITE_OK;
}

static const sqlite3_module fill_module = {
	.xConnect = fill_connect,
	.xBestIndex = fill_plan,
	.xDisconnect = fill_disconnect,
	.xOpen = fill_open,
	.xClose = fill_close,
	.xFilter = fill_first,
	.xNext = fill_next,
	.xEof = fill_ended,
	.xColumn = fill_column,
	.xRowid = fill_rowid,
};

static int fill_run(struct fill *fill, uint64_t release)
{
	struct store *store = fill->store;
	sqlite3_stmt *stmt;
	int err;

	/* A failure ends the transaction, so that no copy of each page is
	 * kept to take back this statement alone. */
	err = store_prepare(store, &stmt,
			    "INSERT OR ROLLBACK INTO rule"
			    " SELECT source, ?1, NULL, target, code, max_age,"
			    " flags, keys FROM fill");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, release);
	if (sqlite3_step(stmt) != SQLITE_DONE)
		err = fill->got < 0 ? fill->got
				    : store_fail(store, "write a rule");
	sqlite3_finalize(stmt);
	return err;
}

int store_rules_insert(struct store *store, uint64_t release,
		       int (*next)(void *arg, struct rule *rule), void *arg)
{
	struct fill fill = {.store = store, .next = next, .arg = arg};
	int err;

	if (sqlite3_create_module(store->db, "fill", &fill_module, &fill))
		return store_fail(store, "write rules");
	err = fill_run(&fill, release);
	sqlite3_create_module(store->db, "fill", NULL, NULL);
	return err;
}
