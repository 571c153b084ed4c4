// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "rule.h"
#include "rule_order.h"
#include "rule_range.h"
#include "store.h"
#include "store_db.h"
#include "store_draft.h"
#include "store_row.h"
#include "store_scan.h"

/* One of the two tables that rules come from. */
struct scan_table {
	sqlite3_stmt *stmt; /* NULL: not from this one */
	struct rule rule;
	bool held;  /* rule has not had its turn */
	bool ended; /* stepped again, it would begin anew */
	struct rule_buffer buffer;
};

/* A draft's rules stand in a table of their own, in front of those of the
 * release that it began from. */
struct store_scan {
	struct store *store;
	bool begun; /* store_read_begin() */
	struct scan_table base, draft;
};

enum { DRAFT_GONE = 6 }; /* the column behind those of a row */

/* also: what else a row must be. */
static int base_prepare(struct store_scan *scan, const char *also)
{
	char sql[STORE_ROW_SQL];

	snprintf(sql, sizeof(sql),
		 "SELECT %s FROM rule WHERE source >= ?2 AND source < ?3"
		 " AND added <= ?1 AND (removed IS NULL OR removed > ?1)"
		 "%s ORDER BY %s",
		 store_row_columns(scan->store), also,
		 store_row_order(scan->store));
	return store_prepare(scan->store, &scan->base.stmt, sql);
}

static int draft_prepare(struct store_scan *scan, const char *also)
{
	char sql[STORE_ROW_SQL];

	snprintf(sql, sizeof(sql),
		 "SELECT %s, gone FROM draft_rule WHERE draft = ?1"
		 " AND source >= ?2 AND source < ?3%s ORDER BY source, kind",
		 store_row_columns(scan->store), also);
	return store_prepare(scan->store, &scan->draft.stmt, sql);
}

static void table_bind(struct scan_table *table, const char *from,
		       const char *until)
{
	table->held = table->ended = false;
	if (!table->stmt)
		return;
	sqlite3_reset(table->stmt);
	sqlite3_bind_text(table->stmt, 2, from ? from : "", -1,
			  SQLITE_TRANSIENT);
	sqlite3_bind_text(table->stmt, 3, until ? until : RULE_RANGE_END, -1,
			  SQLITE_TRANSIENT);
}

static int tables_prepare(struct store_scan *scan, uint64_t rows,
			  const char *also)
{
	uint64_t under = rows;
	int err = 0;

	if (store_draft_is(rows)) {
		err = store_draft_under(scan->store, rows, &under);
		if (!err)
			err = draft_prepare(scan, also);
		if (!err)
			sqlite3_bind_int64(scan->draft.stmt, 1,
					   store_draft_id(rows));
	}
	if (!err)
		err = base_prepare(scan, also);
	if (!err)
		sqlite3_bind_int64(scan->base.stmt, 1, under);
	return err;
}

static int scan_open(struct store_scan **out, struct store *store,
		     uint64_t rows, const char *from, const char *until,
		     const char *also)
{
	struct store_scan *scan = calloc(1, sizeof(*scan));
	int err;

	*out = NULL;
	if (!scan)
		return error_sys(-ENOMEM, "cannot read %s", store->path);
	scan->store = store;
	err = store_read_begin(store, &scan->begun);
	if (!err && store_draft_is(rows) && sqlite3_get_autocommit(store->db)) {
		/* two tables, as they are at one moment */
		err = store_exec(store, "read", "BEGIN");
		scan->begun = !err;
	}
	if (!err)
		err = tables_prepare(scan, rows, also);
	if (err) {
		store_scan_close(scan);
		return err;
	}
	table_bind(&scan->base, from, until);
	table_bind(&scan->draft, from, until);
	*out = scan;
	return 0;
}

int store_scan_open(struct store_scan **out, struct store *store, uint64_t rows,
		    const char *from, const char *until)
{
	return scan_open(out, store, rows, from, until, "");
}

/* Open a scan, or use it again for another range. */
static int scan_range(struct store_scan **scan, struct store *store,
		      uint64_t rows, const struct rule_range *range,
		      const char *also)
{
	const char *from = range->from, *until = range->until;

	if (!*scan)
		return scan_open(scan, store, rows, from, until, also);
	table_bind(&(*scan)->base, from, until);
	table_bind(&(*scan)->draft, from, until);
	return 0;
}

int store_scan_source(struct store_scan **scan, struct store *store,
		      uint64_t rows, const char *source)
{
	struct rule_range range;
	int err = rule_range_source(&range, source);

	if (err)
		return err;
	return scan_range(scan, store, rows, &range, "");
}

int store_scan_host(struct store_scan **scan, struct store *store,
		    uint64_t rows, const char *host)
{
	struct rule_range range;
	int err = rule_range_host(&range, host);

	if (err)
		return err;
	return scan_range(scan, store, rows, &range, "");
}

int store_scan_patterns(struct store_scan **scan, struct store *store,
			uint64_t rows, const char *host)
{
	struct rule_range range;
	int err = rule_range_host(&range, host);

	if (err)
		return err;
	return scan_range(scan, store, rows, &range, " AND instr(source, '{')");
}

/* 1 with a row, 0 at the end, or -errno. */
static int table_step(struct store_scan *scan, struct scan_table *table,
		      struct rule *rule)
{
	int code = sqlite3_step(table->stmt);

	if (code == SQLITE_DONE)
		return 0;
	if (code != SQLITE_ROW)
		return store_fail(scan->store, "read rules");
	code = store_row_read(scan->store, table->stmt, 0, rule,
			      &table->buffer);
	return code ? code : 1;
}

/* Let the table's next row stand in its rule, if there is one. */
static int table_hold(struct store_scan *scan, struct scan_table *table)
{
	int got;

	if (table->held || table->ended)
		return 0;
	got = table_step(scan, table, &table->rule);
	table->held = got > 0;
	table->ended = !got;
	return got < 0 ? got : 0;
}

/* Take from the one that is first; where both have a rule of one place in the
 * order, the draft's counts, or that it is gone. */
static int draft_next(struct store_scan *scan, struct rule *rule)
{
	struct scan_table *base = &scan->base, *draft = &scan->draft;
	int err, order;

	for (;;) {
		err = table_hold(scan, base);
		if (!err)
			err = table_hold(scan, draft);
		if (err || (!base->held && !draft->held))
			return err;
		order = !draft->held  ? -1
			: !base->held ? 1
				      : rule_order(&base->rule, &draft->rule);
		if (order < 0) {
			base->held = false;
			*rule = base->rule;
			return 1;
		}
		if (!order)
			base->held = false;
		draft->held = false;
		if (sqlite3_column_int(draft->stmt, DRAFT_GONE))
			continue;
		*rule = draft->rule;
		return 1;
	}
}

int store_scan_next(struct store_scan *scan, struct rule *rule)
{
	if (scan->draft.stmt)
		return draft_next(scan, rule);
	return table_step(scan, &scan->base, rule);
}

void store_scan_close(struct store_scan *scan)
{
	if (!scan)
		return;
	sqlite3_finalize(scan->base.stmt);
	sqlite3_finalize(scan->draft.stmt);
	store_read_end(scan->store, scan->begun);
	free(scan);
}
