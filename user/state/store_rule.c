// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "rule.h"
#include "rule_order.h"
#include "store.h"
#include "store_db.h"
#include "store_lent.h"
#include "store_row.h"
#include "store_rule.h"
#include "store_schema.h"
#include "store_sources.h"

/* Run one of the statements that are kept for the next rule. */
static int kept_run(struct store *store, sqlite3_stmt *stmt)
{
	int err = 0;

	if (sqlite3_step(stmt) != SQLITE_DONE)
		err = store_fail(store, "write a rule");
	sqlite3_reset(stmt);
	return err;
}

int store_touch(struct store *store, const char *source, size_t len, int by)
{
	store->rule_delta += by;
	return source_set_add(&store->touched, source, len);
}

struct source_set *store_touched(struct store *store)
{
	return &store->touched;
}

int64_t store_rule_delta(const struct store *store)
{
	return store->rule_delta;
}

int store_rule_add(struct store *store, uint64_t release,
		   const struct rule *rule)
{
	struct store_row_keys keys;
	sqlite3_stmt *add;
	int err;

	if (!store->add) {
		err = store_prepare(
			store, &store->add,
			"INSERT INTO rule(source, added, " STORE_RULE_REST
			") VALUES"
			" (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
		if (err)
			return err;
	}
	add = store->add;
	sqlite3_bind_text(add, 1, rule->source, rule->source_len,
			  SQLITE_STATIC);
	sqlite3_bind_int64(add, 2, release);
	sqlite3_bind_text(add, 3, rule->target, rule->target_len,
			  SQLITE_STATIC);
	sqlite3_bind_int(add, 4, rule->code);
	sqlite3_bind_int64(add, 5, rule->max_age);
	sqlite3_bind_int(add, 6, store_row_flags(rule));
	sqlite3_bind_text(add, 7, store_row_keys(&keys, rule), -1,
			  SQLITE_STATIC);
	err = kept_run(store, add);
	return err ? err
		   : store_touch(store, rule->source, rule->source_len, 1);
}

static int remove_prepare(struct store *store)
{
	int err = 0;

	if (!store->remove)
		err = store_prepare(store, &store->remove,
				    "UPDATE rule SET removed = ?2 WHERE"
				    " source = ?1 AND removed IS NULL"
				    " AND added < ?2 AND " STORE_RULE_KIND
				    " = ?3");
	if (!err && !store->drop)
		err = store_prepare(store, &store->drop,
				    "DELETE FROM rule WHERE"
				    " source = ?1 AND added = ?2"
				    " AND " STORE_RULE_KIND " = ?3");
	return err;
}

/* Run a statement that is about one row. */
static int remove_run(struct store *store, sqlite3_stmt *stmt, uint64_t release,
		      const struct rule *rule)
{
	sqlite3_bind_text(stmt, 1, rule->source, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 2, release);
	sqlite3_bind_int(stmt, 3, rule_order_kind(rule));
	return kept_run(store, stmt);
}

/* A row that store_materialise() has just written is no part of history. */
int store_rule_remove(struct store *store, uint64_t release,
		      const struct rule *rule)
{
	int err = remove_prepare(store);

	if (!err)
		err = remove_run(store, store->remove, release, rule);
	if (!err)
		err = store_touch(store, rule->source, strlen(rule->source),
				  -1);
	if (err || sqlite3_changes(store->db))
		return err;
	err = remove_run(store, store->drop, release, rule);
	if (!err && !sqlite3_changes(store->db))
		err = error_set(-ENOENT, "%s has no rule %s", store->path,
				rule->source);
	return err;
}

int store_rules_end(struct store *store, uint64_t release)
{
	return store_run_numbers(store, "write rules",
				 "UPDATE rule SET removed = ?1"
				 " WHERE removed IS NULL",
				 release, 0);
}

int store_materialise(struct store *store, uint64_t release, uint64_t rows)
{
	int err;

	err = store_run_numbers(store, "write rules",
				"UPDATE rule SET removed = ?1"
				" WHERE removed IS NULL AND added > ?2",
				release, rows);
	if (err)
		return err;
	return store_run_numbers(
		store, "write rules",
		"INSERT INTO rule(source, added, " STORE_RULE_REST
		") SELECT source, ?1, " STORE_RULE_REST
		" FROM rule WHERE added <= ?2 AND removed > ?2",
		release, rows);
}

static int forget_all(struct store *store, uint64_t release)
{
	int err;

	err = store_run_numbers(store, "write rules",
				"DELETE FROM rule WHERE added > ?1", release,
				0);
	if (!err)
		err = store_run_numbers(store, "write rules",
					"UPDATE rule SET removed = NULL"
					" WHERE removed > ?1",
					release, 0);
	if (!err)
		err = store_run_numbers(store, "write rules",
					"DELETE FROM release WHERE number > ?1",
					release, 0);
	if (!err)
		err = store_sources_forget(store, 0, release);
	if (!err && store->drafts != STORE_VERSION)
		err = store_lent_note(store);
	return err;
}

int store_truncate(struct store *store, uint64_t release)
{
	int err = store_begin(store);

	if (!err)
		err = forget_all(store, release);
	if (!err)
		err = store_commit(store);
	if (err)
		store_rollback(store);
	return err;
}
