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
#include "store_layers.h"
#include "store_row.h"
#include "store_scan.h"

/* One of the tables that rules come from. */
struct scan_table {
	sqlite3_stmt *stmt;
	struct rule rule;
	bool held;  /* rule has not had its turn */
	bool ended; /* stepped again, it would begin anew */
	struct rule_buffer buffer;
};

/* Each draft's rules stand in a table of their own, in front of those that it
 * began from. */
struct store_scan {
	struct store *store;
	bool begun; /* scan_begin() */
	unsigned int count;
	struct scan_table tables[]; /* the foremost first, the release's last */
};

enum { DRAFT_GONE = 6 }; /* the column behind those of a row */

/* also: what else a row must be. */
static int base_prepare(struct store_scan *scan, uint64_t release,
			const char *also)
{
	struct scan_table *table = &scan->tables[scan->count - 1];
	char sql[STORE_ROW_SQL];
	int err;

	snprintf(sql, sizeof(sql),
		 "SELECT %s FROM rule WHERE source >= ?2 AND source < ?3"
		 " AND added <= ?1 AND (removed IS NULL OR removed > ?1)"
		 "%s ORDER BY %s",
		 store_row_columns(scan->store), also,
		 store_row_order(scan->store));
	err = store_prepare(scan->store, &table->stmt, sql);
	if (!err)
		sqlite3_bind_int64(table->stmt, 1, release);
	return err;
}

static int draft_prepare(struct store_scan *scan, struct scan_table *table,
			 uint64_t rows, const char *also)
{
	char sql[STORE_ROW_SQL];
	int err;

	snprintf(sql, sizeof(sql),
		 "SELECT %s, gone FROM draft_rule WHERE draft = ?1"
		 " AND source >= ?2 AND source < ?3%s ORDER BY source, kind",
		 store_row_columns(scan->store), also);
	err = store_prepare(scan->store, &table->stmt, sql);
	if (!err)
		sqlite3_bind_int64(table->stmt, 1, store_draft_id(rows));
	return err;
}

static void tables_bind(struct store_scan *scan, const char *from,
			const char *until)
{
	unsigned int i;

	for (i = 0; i < scan->count; i++) {
		struct scan_table *table = &scan->tables[i];

		table->held = table->ended = false;
		sqlite3_reset(table->stmt);
		sqlite3_bind_text(table->stmt, 2, from ? from : "", -1,
				  SQLITE_TRANSIENT);
		sqlite3_bind_text(table->stmt, 3,
				  until ? until : RULE_RANGE_END, -1,
				  SQLITE_TRANSIENT);
	}
}

static int tables_prepare(struct store_scan *scan,
			  const struct store_layers *layers, const char *also)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < layers->count && !err; i++)
		err = draft_prepare(scan, &scan->tables[i], layers->rows[i],
				    also);
	return err ? err : base_prepare(scan, layers->base, also);
}

/* Several tables are read as they are at one moment. */
static int scan_begin(struct store *store, uint64_t rows, bool *begun)
{
	int err = store_read_begin(store, begun);

	if (err || !store_draft_is(rows) || !sqlite3_get_autocommit(store->db))
		return err;
	err = store_exec(store, "read", "BEGIN");
	*begun = !err;
	return err;
}

static int scan_make(struct store_scan **out, struct store *store,
		     const struct store_layers *layers, const char *also)
{
	unsigned int count = layers->count + 1;
	struct store_scan *scan =
		calloc(1, sizeof(*scan) + count * sizeof(*scan->tables));

	if (!scan)
		return error_sys(-ENOMEM, "cannot read %s", store->path);
	scan->store = store;
	scan->count = count;
	*out = scan;
	return tables_prepare(scan, layers, also);
}

static int scan_open(struct store_scan **out, struct store *store,
		     uint64_t rows, const char *from, const char *until,
		     const char *also)
{
	struct store_layers layers;
	bool begun;
	int err = scan_begin(store, rows, &begun);

	*out = NULL;
	if (err)
		return err;
	err = store_layers_find(store, rows, &layers);
	if (!err)
		err = scan_make(out, store, &layers, also);
	if (*out)
		(*out)->begun = begun;
	else
		store_read_end(store, begun);
	if (err) {
		store_scan_close(*out);
		*out = NULL;
		return err;
	}
	tables_bind(*out, from, until);
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
	tables_bind(*scan, from, until);
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

/* The table with the rule that is first; of several with one for a place in the
 * order the foremost, and the others have had their turn. -1: at the end. */
static int first_take(struct store_scan *scan)
{
	int first = -1, i, order;

	for (i = 0; i < (int)scan->count; i++) {
		struct scan_table *table = &scan->tables[i];

		if (!table->held)
			continue;
		order = first < 0 ? -1
				  : rule_order(&table->rule,
					       &scan->tables[first].rule);
		if (order < 0)
			first = i;
		else if (!order)
			table->held = false;
	}
	if (first >= 0)
		scan->tables[first].held = false;
	return first;
}

/* A draft says of a place which rule counts, or that there is none. */
static int layers_next(struct store_scan *scan, struct rule *rule)
{
	int base = scan->count - 1, first, err = 0;
	unsigned int i;

	for (;;) {
		for (i = 0; i < scan->count && !err; i++)
			err = table_hold(scan, &scan->tables[i]);
		if (err)
			return err;
		first = first_take(scan);
		if (first < 0)
			return 0;
		if (first < base &&
		    sqlite3_column_int(scan->tables[first].stmt, DRAFT_GONE))
			continue;
		*rule = scan->tables[first].rule;
		return 1;
	}
}

int store_scan_next(struct store_scan *scan, struct rule *rule)
{
	if (scan->count > 1)
		return layers_next(scan, rule);
	return table_step(scan, &scan->tables[0], rule);
}

void store_scan_close(struct store_scan *scan)
{
	unsigned int i;

	if (!scan)
		return;
	for (i = 0; i < scan->count; i++)
		sqlite3_finalize(scan->tables[i].stmt);
	store_read_end(scan->store, scan->begun);
	free(scan);
}
