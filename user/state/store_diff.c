// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "rule.h"
#include "rule_order.h"
#include "store.h"
#include "store_db.h"
#include "store_diff.h"
#include "store_diff_few.h"
#include "store_diff_scans.h"
#include "store_draft.h"
#include "store_release.h"
#include "store_row.h"
#include "store_scan.h"

/* A row that is in only one of two releases. */
struct diff_row {
	bool after; /* in the later asked for */
	struct rule rule;
};

static int row_read(struct store *store, sqlite3_stmt *stmt,
		    struct diff_row *row, struct rule_buffer *buffer)
{
	row->after = sqlite3_column_int(stmt, 0);
	return store_row_read(store, stmt, 1, &row->rule, buffer);
}

/* A copy of a row, for when the next one is read. */
struct diff_copy {
	struct diff_row row;
	struct rule_buffer buffer;
};

static bool text_copy(const char **text, char *dst, size_t size)
{
	size_t len = *text ? strlen(*text) : size;

	if (len >= size)
		return false;
	memcpy(dst, *text, len + 1);
	*text = dst;
	return true;
}

static bool row_copy(struct diff_copy *copy, const struct diff_row *row)
{
	struct rule *rule = &copy->row.rule;

	copy->row = *row;
	return (!rule->written ||
		text_copy(&rule->written, copy->buffer.written,
			  sizeof(copy->buffer.written))) &&
	       text_copy(&rule->source, copy->buffer.source,
			 sizeof(copy->buffer.source)) &&
	       text_copy(&rule->target, copy->buffer.target,
			 sizeof(copy->buffer.target)) &&
	       text_copy(&rule->tag, copy->buffer.tag,
			 sizeof(copy->buffer.tag)) &&
	       text_copy(&rule->note, copy->buffer.note,
			 sizeof(copy->buffer.note)) &&
	       text_copy(&rule->headers, copy->buffer.headers,
			 sizeof(copy->buffer.headers));
}

static void alone_count(struct store_counts *counts, const struct diff_row *row)
{
	if (row->after)
		counts->added++;
	else
		counts->removed++;
}

/* Two rows of one place in the order are in one release each; they may be the same. */
static int rows_count(struct store *store, sqlite3_stmt *stmt,
		      struct store_counts *counts)
{
	struct rule_buffer buffer;
	struct diff_copy last;
	struct diff_row row;
	bool waits = false;
	int code;

	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (row_read(store, stmt, &row, &buffer))
			return -EBADMSG;
		if (waits && !rule_order(&row.rule, &last.row.rule)) {
			counts->changed +=
				!rule_equal(&row.rule, &last.row.rule);
			waits = false;
			continue;
		}
		if (waits)
			alone_count(counts, &last.row);
		if (!row_copy(&last, &row))
			return store_damaged(store);
		waits = true;
	}
	if (code != SQLITE_DONE)
		return store_fail(store, "compare releases");
	if (waits)
		alone_count(counts, &last.row);
	return 0;
}

static int rows_compare(struct store *store, uint64_t from, uint64_t to,
			struct store_counts *counts)
{
	char sql[STORE_ROW_SQL];
	sqlite3_stmt *stmt;
	int err;

	snprintf(sql, sizeof(sql),
		 "SELECT added <= ?2 AND (removed IS NULL OR removed > ?2), %s"
		 " FROM rule"
		 " WHERE (added <= ?1 AND (removed IS NULL OR removed > ?1))"
		 " <> (added <= ?2 AND (removed IS NULL OR removed > ?2))"
		 " ORDER BY %s",
		 store_row_columns(store), store_row_order(store));
	err = store_prepare(store, &stmt, sql);
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, from);
	sqlite3_bind_int64(stmt, 2, to);
	err = rows_count(store, stmt, counts);
	sqlite3_finalize(stmt);
	return err;
}

/* Where a draft's rows are among them. */
static int scans_compare(struct store *store, uint64_t from, uint64_t to,
			 struct store_counts *counts)
{
	struct store_scan *one = NULL, *other = NULL;
	int err = store_scan_open(&one, store, from, NULL, NULL);

	if (!err)
		err = store_scan_open(&other, store, to, NULL, NULL);
	if (!err)
		err = store_diff_scans(one, other, counts);
	store_scan_close(other);
	store_scan_close(one);
	return err;
}

static int counts_take(const struct store_release *release, void *arg)
{
	struct store_counts *counts = arg;

	counts->added = release->added;
	counts->removed = release->removed;
	counts->changed = release->changed;
	return 0;
}

/* What the release before a release, or one with its rules, would change is
 * what the release did, the other way round. 1 if that is so. */
static int counts_turn(struct store *store, uint64_t release, uint64_t rows,
		       struct store_counts *counts)
{
	struct store_counts did = {0};
	uint64_t before, rules, rules_before;
	int err;

	if (!release)
		return 0;
	err = store_log(store, release, release, counts_take, &did);
	if (!err)
		err = store_rows(store, release, &before, &rules);
	if (!err)
		err = store_rows(store, release - 1, &before, &rules_before);
	if (err)
		return err == -ENOENT ? 0 : err;
	if (before != rows || rules_before + did.added - did.removed != rules ||
	    !(did.added || did.removed || did.changed))
		return 0;
	*counts = (struct store_counts){
		.added = did.removed,
		.removed = did.added,
		.changed = did.changed,
	};
	return 1;
}

int store_difference(struct store *store, uint64_t from, uint64_t to,
		     struct store_counts *counts)
{
	uint64_t from_base = 0, to_base = 0, from_rules, to_rules;
	int err;

	memset(counts, 0, sizeof(*counts));
	err = store_rows(store, from, &from_base, &from_rules);
	if (!err)
		err = store_rows(store, to, &to_base, &to_rules);
	if (err || from_base == to_base)
		return err;
	if (!from_rules || !to_rules) {
		counts->added = to_rules;
		counts->removed = from_rules;
		return 0;
	}
	err = counts_turn(store, from, to_base, counts);
	if (!err)
		err = store_diff_few(store, from, to, counts);
	if (!err)
		memset(counts, 0, sizeof(*counts));
	if (!err && (store_draft_is(from_base) || store_draft_is(to_base)))
		err = scans_compare(store, from_base, to_base, counts);
	else if (!err)
		err = rows_compare(store, from_base, to_base, counts);
	return err < 0 ? err : 0;
}
