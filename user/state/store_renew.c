// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "rule.h"
#include "rule_source.h"
#include "ruleset.h"
#include "store.h"
#include "store_db.h"
#include "store_renew.h"
#include "store_rule.h"
#include "store_scan.h"
#include "store_schema.h"

/*
 * A source that is renewed is the same rule in another spelling, so it is
 * renewed in all releases: what is restored later is in the new form, too.
 */
struct renewal {
	struct store *store;
	uint64_t live; /* the release whose rows the live rules are */
	store_renew_fn *fn;
	void *arg;
};

/* The releases that a row is in: from <= release < until. */
struct span {
	int64_t from, until;
};

struct spans {
	struct span *span;
	size_t count, room;
};

/* Sources that are not in normal form; each one's target is what it becomes,
 * or empty where it cannot be brought there. */
static int former_collect(struct store *store, struct ruleset *former)
{
	static const char sql[] = "SELECT DISTINCT source FROM rule";
	char text[RULE_SOURCE_SIZE];
	struct rule rule = {
		.target = text,
		.tag = "",
		.note = "",
		.headers = "",
	};
	struct rule_error error;
	sqlite3_stmt *stmt;
	int code = SQLITE_DONE, err = store_prepare(store, &stmt, sql);

	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		int len;

		rule.source = (const char *)sqlite3_column_text(stmt, 0);
		rule.source_len = sqlite3_column_bytes(stmt, 0);
		if (!rule.source)
			continue;
		len = rule_source(text, rule.source, rule.source_len, &error);
		if (len < 0)
			text[len = 0] = '\0';
		rule.target_len = len;
		if (strcmp(text, rule.source))
			err = ruleset_add(former, &rule, 0);
	}
	if (!err && code != SQLITE_DONE)
		err = store_fail(store, "read rules");
	sqlite3_finalize(stmt);
	return err;
}

static int spans_read(struct spans *spans, struct store *store,
		      const char *source)
{
	sqlite3_stmt *stmt;
	int code = SQLITE_DONE, err;

	err = store_prepare(store, &stmt,
			    "SELECT added, coalesce(removed, ~(1 << 63))"
			    " FROM rule WHERE source = ?1 ORDER BY added");
	if (err)
		return err;
	sqlite3_bind_text(stmt, 1, source, -1, SQLITE_STATIC);
	while (!err && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		err = array_grow(&spans->span, &spans->room, spans->count + 1,
				 sizeof(*spans->span));
		if (err) {
			error_sys(err, "cannot renew rules");
			break;
		}
		spans->span[spans->count++] =
			(struct span){sqlite3_column_int64(stmt, 0),
				      sqlite3_column_int64(stmt, 1)};
	}
	if (!err && code != SQLITE_DONE)
		err = store_fail(store, "read rules");
	sqlite3_finalize(stmt);
	return err;
}

static bool spans_have(const struct spans *spans, uint64_t live)
{
	int64_t release = live;
	size_t i;

	for (i = 0; i < spans->count; i++)
		if (spans->span[i].from <= release &&
		    release < spans->span[i].until)
			return true;
	return false;
}

/* Run a statement whose first two parameters are a span, ?3 and ?4 the sources
 * and ?5 the row. */
static int span_run(struct store *store, const char *sql, struct span span,
		    const struct ruleset_entry *entry, int64_t row)
{
	const char *now = entry->source + entry->source_len + 1;
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt, sql);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, span.from);
	if (span.until != INT64_MAX)
		sqlite3_bind_int64(stmt, 2, span.until);
	sqlite3_bind_text(stmt, 3, entry->source, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 4, now, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 5, row);
	return store_run(store, stmt, "renew a rule");
}

static int piece_add(struct store *store, struct span span,
		     const struct ruleset_entry *entry, int64_t row)
{
	if (span.from >= span.until)
		return 0;
	return span_run(
		store,
		"INSERT INTO rule(source, added, removed, " STORE_RULE_REST
		") SELECT ?4, ?1, ?2, " STORE_RULE_REST
		" FROM rule WHERE source = ?3 AND added = ?5",
		span, entry, row);
}

/* The releases of both have one rule less. */
static int both_count(struct store *store, struct span span,
		      const struct ruleset_entry *entry)
{
	return span_run(store,
			"UPDATE release SET rules = rules - 1"
			" WHERE coalesce(restores, number) >= ?1"
			" AND coalesce(restores, number)"
			" < coalesce(?2, ~(1 << 63))",
			span, entry, 0);
}

/* Give a row its new source in the releases where nobody has it: taken is in
 * order. */
static int row_renew(struct store *store, struct span row,
		     const struct spans *taken,
		     const struct ruleset_entry *entry)
{
	struct span rest = row;
	int err = 0;
	size_t i;

	for (i = 0; i < taken->count && !err; i++) {
		struct span both = taken->span[i];

		if (both.from < rest.from)
			both.from = rest.from;
		if (both.until > rest.until)
			both.until = rest.until;
		if (both.from >= both.until)
			continue;
		err = both_count(store, both, entry);
		if (!err)
			err = piece_add(store,
					(struct span){rest.from, both.from},
					entry, row.from);
		rest.from = both.until;
	}
	return err ? err : piece_add(store, rest, entry, row.from);
}

/* Tell of a source if a live rule has it. */
static int live_tell(struct renewal *renewal, const char *source,
		     const char *now, enum store_renewed what)
{
	struct store_scan *scan = NULL;
	struct rule rule;
	int err;

	err = store_scan_source(&scan, renewal->store, renewal->live, source);
	if (err)
		return err;
	err = store_scan_next(scan, &rule);
	if (err > 0)
		err = renewal->fn(&rule, now, what, renewal->arg);
	store_scan_close(scan);
	return err;
}

static int source_renew(struct renewal *renewal,
			const struct ruleset_entry *entry)
{
	const char *now = entry->source + entry->source_len + 1;
	struct store *store = renewal->store;
	struct spans rows = {0}, taken = {0};
	int err;
	size_t i;

	err = spans_read(&rows, store, entry->source);
	if (!err)
		err = spans_read(&taken, store, now);
	if (!err)
		err = live_tell(renewal, entry->source, now,
				spans_have(&taken, renewal->live)
					? STORE_DROPPED
					: STORE_RENEWED);
	for (i = 0; i < rows.count && !err; i++)
		err = row_renew(store, rows.span[i], &taken, entry);
	if (!err)
		err = span_run(store, "DELETE FROM rule WHERE source = ?3",
			       (struct span){0}, entry, 0);
	if (!err)
		err = store_touch(store, now, strlen(now), 0);
	free(rows.span);
	free(taken.span);
	return err;
}

static int former_renew(struct renewal *renewal, const struct ruleset *former)
{
	int err = 0;
	size_t i;

	for (i = 0; i < former->count && !err; i++) {
		const struct ruleset_entry *entry = &former->entries[i];

		err = entry->target_len ? source_renew(renewal, entry)
					: live_tell(renewal, entry->source, "",
						    STORE_LEFT);
	}
	return err;
}

#define STORE_TABLE_RENEW(flags, keys)                                  \
	"ALTER TABLE rule RENAME TO former;" STORE_RULE_TABLE           \
	"INSERT INTO rule SELECT source, added, removed, target, code," \
	" max_age, " flags ", " keys " FROM former"                     \
	" ORDER BY source, " flags ", added;"                           \
	"DROP TABLE former"

/* Give the table its columns and key of today. */
static int table_renew(struct store *store)
{
	int err = store_exec(store, "renew the store",
			     store->version < STORE_VERSION_KEYS
				     ? STORE_TABLE_RENEW("query_drop", "tag")
				     : STORE_TABLE_RENEW("flags", "keys"));

	if (!err)
		store->version = STORE_VERSION;
	return err;
}

int store_renew(struct store *store, uint64_t rows, store_renew_fn *fn,
		void *arg)
{
	struct renewal renewal = {store, rows, fn, arg};
	struct ruleset former = {0};
	bool respell = store_is_former(store);
	int err;

	if (store->version == STORE_VERSION)
		return 0;
	store->before = store->version;
	err = table_renew(store);
	if (!err && respell)
		err = former_collect(store, &former);
	if (!err)
		err = former_renew(&renewal, &former);
	ruleset_free(&former);
	if (!err)
		err = store_exec(
			store, "renew the store",
			"PRAGMA user_version = " STORE_TEXT(STORE_VERSION));
	return err;
}
