// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "rule.h"
#include "rule_order.h"
#include "store.h"
#include "store_db.h"
#include "store_draft.h"
#include "store_draft_db.h"
#include "store_draft_write.h"
#include "store_lent.h"
#include "store_release.h"
#include "store_row.h"
#include "store_schema.h"

static int draft_insert(struct store *store, struct store_draft *draft)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"INSERT INTO draft(name, form, base, under,"
				" pruned, rules, changes, time, user, command,"
				" message) VALUES (?1, ?5, ?2, ?3, 0, ?4, 0, 0,"
				" '', '', '')");

	if (err)
		return err;
	sqlite3_bind_text(stmt, 1, draft->name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 2, draft->base);
	sqlite3_bind_int64(stmt, 3, draft->under);
	sqlite3_bind_int64(stmt, 4, draft->rules);
	sqlite3_bind_int(stmt, 5, STORE_DRAFT_FORM);
	err = store_run(store, stmt, "write a draft");
	draft->form = STORE_DRAFT_FORM;
	draft->rows = sqlite3_last_insert_rowid(store->db) | STORE_DRAFT_ROWS;
	return err;
}

int store_draft_make(struct store *store, struct store_draft *draft)
{
	int err = store_exec(store, "make drafts", STORE_DRAFT_TABLES);

	if (!err)
		err = store_lent_tidy(store);
	if (!err)
		err = store_rows(store, draft->base, &draft->under,
				 &draft->rules);
	if (!err)
		err = draft_insert(store, draft);
	return err ? err : store_lent_note(store);
}

int store_draft_save(struct store *store, struct store_draft *draft)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"UPDATE draft SET base = ?2, under = ?3,"
				" rules = ?4, changes = ?5, time = ?6,"
				" user = ?7, command = ?8, message = ?9,"
				" map = ''"
				" WHERE id = ?1");

	if (err)
		return err;
	*draft->map = '\0';
	draft->time = time(NULL);
	sqlite3_bind_int64(stmt, 1, store_draft_id(draft->rows));
	sqlite3_bind_int64(stmt, 2, draft->base);
	sqlite3_bind_int64(stmt, 3, draft->under);
	sqlite3_bind_int64(stmt, 4, draft->rules);
	sqlite3_bind_int64(stmt, 5, ++draft->changes);
	sqlite3_bind_int64(stmt, 6, draft->time);
	sqlite3_bind_text(stmt, 7, draft->user, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 8, draft->command, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 9, draft->message ? draft->message : "", -1,
			  SQLITE_STATIC);
	return store_run(store, stmt, "write a draft");
}

int store_draft_compiled(struct store *store, const struct store_draft *draft)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"UPDATE draft SET map = ?2, added = ?3,"
				" removed = ?4, changed = ?5 WHERE id = ?1");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, store_draft_id(draft->rows));
	sqlite3_bind_text(stmt, 2, draft->map, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 3, draft->added);
	sqlite3_bind_int64(stmt, 4, draft->removed);
	sqlite3_bind_int64(stmt, 5, draft->changed);
	return store_run(store, stmt, "write a draft");
}

static int named_run(struct store *store, const char *sql, const char *name)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt, sql);

	if (err)
		return err;
	sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
	return store_run(store, stmt, "drop a draft");
}

/* Not one whose rows are a release's. */
#define IS_NAMED "name = ?1 AND NOT " STORE_DRAFT_BECAME

int store_draft_drop(struct store *store, const char *name)
{
	bool any = false;
	int err = store_db_table(store, "draft", &any);

	if (!err && any)
		err = store_lent_tidy(store);
	if (!err && any)
		err = named_run(store,
				"DELETE FROM draft_rule WHERE draft ="
				" (SELECT id FROM draft WHERE " IS_NAMED ")",
				name);
	if (!err && any)
		err = named_run(store, "DELETE FROM draft WHERE " IS_NAMED,
				name);
	if (!err && (!any || !sqlite3_changes(store->db)))
		return store_draft_none(store, name);
	return err ? err : store_lent_tidy(store);
}

static int row_write(struct store *store, const struct store_draft *draft,
		     const struct rule *rule, bool gone)
{
	struct store_row_keys keys;
	sqlite3_stmt *put;
	int err = 0;

	if (!store->put)
		err = store_prepare(
			store, &store->put,
			"INSERT OR REPLACE INTO draft_rule(draft, source, kind,"
			" gone, " STORE_RULE_REST ")"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
	if (err)
		return err;
	put = store->put;
	sqlite3_bind_int64(put, 1, store_draft_id(draft->rows));
	sqlite3_bind_text(put, 2, rule->source, -1, SQLITE_STATIC);
	sqlite3_bind_int(put, 3, rule_order_kind(rule));
	sqlite3_bind_int(put, 4, gone);
	sqlite3_bind_text(put, 5, rule->target, rule->target_len,
			  SQLITE_STATIC);
	sqlite3_bind_int(put, 6, rule->code);
	sqlite3_bind_int64(put, 7, rule->max_age);
	sqlite3_bind_int(put, 8, store_row_flags(rule));
	sqlite3_bind_text(put, 9, store_row_keys(&keys, rule), -1,
			  SQLITE_STATIC);
	if (sqlite3_step(put) != SQLITE_DONE)
		err = store_fail(store, "write a draft");
	sqlite3_reset(put);
	return err;
}

int store_draft_put(struct store *store, const struct store_draft *draft,
		    const struct rule *rule)
{
	return row_write(store, draft, rule, false);
}

int store_draft_take(struct store *store, const struct store_draft *draft,
		     const struct rule *rule)
{
	return row_write(store, draft, rule, true);
}

int store_draft_restart(struct store *store, struct store_draft *draft,
			uint64_t base)
{
	int err = store_run_numbers(store, "write a draft",
				    "DELETE FROM draft_rule WHERE draft = ?1",
				    store_draft_id(draft->rows), 0);

	draft->base = base;
	return err ? err
		   : store_rows(store, base, &draft->under, &draft->rules);
}

int store_draft_became(struct store *store, const struct store_draft *draft,
		       uint64_t release)
{
	return store_run_numbers(store, "write a draft",
				 "UPDATE draft SET became = ?2 WHERE id = ?1",
				 store_draft_id(draft->rows), release);
}

static int done_find(struct store *store, bool *found)
{
	sqlite3_stmt *stmt;
	int code, err = store_db_table(store, "draft", found);

	if (err || !*found)
		return err;
	err = store_prepare(store, &stmt,
			    "SELECT 1 FROM draft WHERE " STORE_DRAFT_DONE);
	if (err)
		return err;
	code = sqlite3_step(stmt);
	*found = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		err = store_fail(store, "read drafts");
	sqlite3_finalize(stmt);
	return err;
}

int store_draft_purge(struct store *store)
{
	bool found = false;
	int err = done_find(store, &found);

	if (err || !found)
		return err;
	err = store_begin(store);
	if (!err)
		err = store_lent_tidy(store);
	if (!err)
		err = store_commit(store);
	if (err)
		store_rollback(store);
	return err;
}
