// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "rule_code.h"
#include "rule_order.h"
#include "rule_range.h"
#include "store_db.h"
#include "store_draft.h"
#include "store_draft_db.h"
#include "store_permanent.h"
#include "store_row.h"
#include "store_schema.h"

/* One in so many is looked for by itself, and more by reading all. */
enum { FEW = 8 };

enum {
	COLUMN_SOURCE,
	COLUMN_MAX_AGE,
	COLUMN_ADDED,
	COLUMN_REMOVED,
	COLUMN_FLAGS
};

struct reader {
	struct store *store;
	sqlite3_stmt *stmt;
	const struct ruleset *rules;
	size_t at; /* the first entry that may have the row's source */
	int (*fn)(const struct ruleset_entry *entry,
		  const struct store_permanent *row, void *arg);
	void *arg;
};

#define PERMANENT " max_age > 0 AND code IN (301, 308, ?3, 410)"
#define SOURCES "source >= ?1 AND source < ?2 AND" PERMANENT

/* What a draft in front of others' rows says of a place. */
#define SAID(kind_)                                                    \
	" AND NOT EXISTS (SELECT 1 FROM layer AS front"                \
	" CROSS JOIN draft_rule AS said"                               \
	" WHERE front.rows = layer.rows AND front.depth < layer.depth" \
	" AND said.draft = front.at - ?4 AND said.source = r.source"   \
	" AND said.kind = " kind_ ")"

/* With what releases have of drafts: a draft's rows are as those of a release
 * of that number, of which there is no next. They have layers
 * (store_layers.h). */
static const char lent_sql[] =
	"WITH RECURSIVE layer(rows, at, depth) AS MATERIALIZED ("
	" SELECT id + ?4, id + ?4, 0 FROM draft WHERE " STORE_DRAFT_LENT
	" UNION ALL SELECT rows, under, depth + 1"
	" FROM layer CROSS JOIN draft ON id = at - ?4 WHERE at >= ?4)"
	" SELECT source, max_age, added, coalesce(removed, ?4), flags"
	" FROM rule WHERE " SOURCES
	" UNION ALL SELECT source, max_age, rows, rows + 1, flags"
	" FROM layer CROSS JOIN draft_rule AS r"
	" WHERE at >= ?4 AND draft = at - ?4 AND NOT gone AND " SOURCES SAID(
		"r.kind") " UNION ALL SELECT source, max_age, rows, rows + 1, flags"
			  " FROM layer CROSS JOIN rule AS r WHERE at < ?4"
			  " AND " SOURCES
			  " AND added <= at AND (removed IS NULL OR removed > at)" SAID(
				  "r.flags >> 2") " ORDER BY source";

static int reader_open(struct reader *reader)
{
	struct store *store = reader->store;
	bool drafts = store->drafts != STORE_VERSION;
	char sql[STORE_ROW_SQL];
	int err;

	snprintf(sql, sizeof(sql),
		 "SELECT source, max_age, added, removed, %s FROM rule"
		 " WHERE " SOURCES " ORDER BY source",
		 store->version < STORE_VERSION_KEYS ? "0" : "flags");
	err = store_prepare(store, &reader->stmt, drafts ? lent_sql : sql);
	if (err)
		return err;
	sqlite3_bind_int(reader->stmt, 3, RULE_301_308);
	if (drafts)
		sqlite3_bind_int64(reader->stmt, 4, STORE_DRAFT_ROWS);
	return 0;
}

/* Whether two kinds of rules (rule_order.h) can be for one request. */
static bool kinds_meet(unsigned int a, unsigned int b)
{
	a %= RULE_ORDER_FOLD;
	b %= RULE_ORDER_FOLD;
	return a == b || a == RULE_SCHEME_ANY || b == RULE_SCHEME_ANY;
}

/* Hand a row to the entries of its source. */
static int row_give(struct reader *reader, const char *source)
{
	sqlite3_stmt *stmt = reader->stmt;
	int flags = sqlite3_column_int(stmt, COLUMN_FLAGS), err = 0;
	struct store_permanent row = {
		.max_age = sqlite3_column_int64(stmt, COLUMN_MAX_AGE),
		.added = sqlite3_column_int64(stmt, COLUMN_ADDED),
		.removed = UINT64_MAX,
	};
	size_t i;

	if (sqlite3_column_type(stmt, COLUMN_REMOVED) != SQLITE_NULL)
		row.removed = sqlite3_column_int64(stmt, COLUMN_REMOVED);
	for (i = reader->at; i < reader->rules->count && !err; i++) {
		const struct ruleset_entry *entry = &reader->rules->entries[i];

		if (strcmp(entry->source, source))
			break;
		if (kinds_meet(ruleset_kind(entry), flags >> STORE_KIND_SHIFT))
			err = reader->fn(entry, &row, reader->arg);
	}
	return err;
}

static int rows_read(struct reader *reader, const char *from, const char *until)
{
	const struct ruleset *rules = reader->rules;
	const char *source;
	int err = 0, code;

	sqlite3_reset(reader->stmt);
	sqlite3_bind_text(reader->stmt, 1, from, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(reader->stmt, 2, until, -1, SQLITE_TRANSIENT);
	while (!err && (code = sqlite3_step(reader->stmt)) != SQLITE_DONE) {
		if (code != SQLITE_ROW)
			return store_fail(reader->store, "read rules");
		source = (const char *)sqlite3_column_text(reader->stmt,
							   COLUMN_SOURCE);
		if (!source)
			return store_damaged(reader->store);
		while (reader->at < rules->count &&
		       strcmp(rules->entries[reader->at].source, source) < 0)
			reader->at++;
		err = row_give(reader, source);
	}
	return err;
}

static int sources_read_each(struct reader *reader)
{
	const struct ruleset *rules = reader->rules;
	struct rule_range range;
	int err = 0;
	size_t i;

	for (i = 0; i < rules->count && !err; i++) {
		const char *source = rules->entries[i].source;

		if (i && !strcmp(rules->entries[i - 1].source, source))
			continue;
		err = rule_range_source(&range, source);
		if (!err)
			err = rows_read(reader, range.from, range.until);
	}
	return err;
}

int store_permanent_each(struct store *store, const struct ruleset *rules,
			 uint64_t all,
			 int (*fn)(const struct ruleset_entry *entry,
				   const struct store_permanent *row,
				   void *arg),
			 void *arg)
{
	struct reader reader = {
		.store = store, .rules = rules, .fn = fn, .arg = arg};
	int err = reader_open(&reader);

	if (!err && rules->count > all / FEW)
		err = rows_read(&reader, "", RULE_RANGE_END);
	else if (!err)
		err = sources_read_each(&reader);
	sqlite3_finalize(reader.stmt);
	return err;
}

/* ?1: the release that had them, or NULL; ?2: the one that has not. */
#define LIVE(row, at)                                                   \
	"(" row ".added <= " at " AND (" row ".removed IS NULL OR " row \
	".removed > " at "))"

static int gone_open(struct store *store, sqlite3_stmt **stmt)
{
	const char *flags = store->version < STORE_VERSION_KEYS
				    ? ""
				    : " AND same.flags = rule.flags";
	char sql[2 * STORE_ROW_SQL];

	snprintf(
		sql, sizeof(sql),
		"SELECT source, max_age, added, removed FROM rule"
		" WHERE max_age > 0 AND code IN (301, 308, %d, 410)"
		" AND (?1 IS NULL OR " LIVE(
			"rule",
			"?1") ")"
			      " AND NOT " LIVE(
				      "rule",
				      "?2") " AND NOT EXISTS (SELECT 1 FROM rule AS same"
					    " WHERE same.source = rule.source%s"
					    " AND same.code = rule.code AND same.target = rule.target"
					    " AND same.max_age = rule.max_age AND " LIVE(
						    "same",
						    "?2") ")"
							  " ORDER BY source",
		RULE_301_308, flags);
	return store_prepare(store, stmt, sql);
}

static int gone_read(struct store *store, sqlite3_stmt *stmt,
		     int (*fn)(const char *source,
			       const struct store_permanent *row, void *arg),
		     void *arg)
{
	int err = 0, code = SQLITE_DONE;

	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *source = (const char *)sqlite3_column_text(stmt, 0);
		struct store_permanent row = {
			.max_age = sqlite3_column_int64(stmt, 1),
			.added = sqlite3_column_int64(stmt, 2),
			.removed = UINT64_MAX,
		};

		if (sqlite3_column_type(stmt, 3) != SQLITE_NULL)
			row.removed = sqlite3_column_int64(stmt, 3);
		err = source ? fn(source, &row, arg) : store_damaged(store);
	}
	if (!err && code != SQLITE_DONE)
		err = store_fail(store, "read rules");
	return err;
}

int store_permanent_gone(struct store *store, uint64_t from, uint64_t to,
			 int (*fn)(const char *source,
				   const struct store_permanent *row,
				   void *arg),
			 void *arg)
{
	sqlite3_stmt *stmt;
	int err = gone_open(store, &stmt);

	if (err)
		return err;
	if (from != UINT64_MAX)
		sqlite3_bind_int64(stmt, 1, from);
	sqlite3_bind_int64(stmt, 2, to);
	err = gone_read(store, stmt, fn, arg);
	sqlite3_finalize(stmt);
	return err;
}
