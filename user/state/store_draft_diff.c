// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "rule.h"
#include "store.h"
#include "store_db.h"
#include "store_draft.h"
#include "store_draft_diff.h"
#include "store_row.h"

struct store_draft_diff {
	struct store *store;
	sqlite3_stmt *stmt;
	struct rule draft, other;
	struct rule_buffer draft_buffer, other_buffer;
};

/* A row's columns: as store_row_columns() has them. */
enum { DIFF_DRAFT = 0, DIFF_OTHER = 6, DIFF_GONE = 12 };

/* The other's rule is a row of the release ... */
static const char release_sql[] =
	"SELECT d.source, d.target, d.code, d.max_age, d.flags, d.keys,"
	" r.source, r.target, r.code, r.max_age, r.flags, r.keys, d.gone"
	" FROM draft_rule AS d LEFT JOIN rule AS r ON r.source = d.source"
	" AND (r.flags >> 2) = d.kind AND r.added <= ?2"
	" AND (r.removed IS NULL OR r.removed > ?2)"
	" WHERE d.draft = ?1 ORDER BY d.source, d.kind";

/* ... or one of a draft in front of that. */
#define OTHER(column)                               \
	" CASE WHEN o.draft IS NULL THEN r." column \
	" WHEN NOT o.gone THEN o." column " END,"
static const char lent_sql[] =
	"SELECT d.source, d.target, d.code, d.max_age, d.flags, d.keys," OTHER(
		"source") OTHER("target") OTHER("code") OTHER("max_age")
		OTHER("flags") OTHER(
			"keys") " d.gone"
				" FROM draft_rule AS d LEFT JOIN rule AS r ON r.source = d.source"
				" AND (r.flags >> 2) = d.kind AND r.added <= ?2"
				" AND (r.removed IS NULL OR r.removed > ?2)"
				" LEFT JOIN draft_rule AS o ON o.draft = ?3"
				" AND o.source = d.source AND o.kind = d.kind"
				" WHERE d.draft = ?1 ORDER BY d.source, d.kind";

static int diff_prepare(struct store_draft_diff *diff,
			const struct store_draft *draft, uint64_t rows)
{
	struct store *store = diff->store;
	bool lent = store_draft_is(rows);
	uint64_t under = rows;
	int err = lent ? store_draft_under(store, rows, &under) : 0;

	if (!err)
		err = store_prepare(store, &diff->stmt,
				    lent ? lent_sql : release_sql);
	if (err)
		return err;
	sqlite3_bind_int64(diff->stmt, 1, store_draft_id(draft->rows));
	sqlite3_bind_int64(diff->stmt, 2, under);
	if (lent)
		sqlite3_bind_int64(diff->stmt, 3, store_draft_id(rows));
	return 0;
}

int store_draft_diff_open(struct store_draft_diff **out, struct store *store,
			  const struct store_draft *draft, uint64_t rows)
{
	struct store_draft_diff *diff = calloc(1, sizeof(*diff));
	int err;

	*out = NULL;
	if (!diff)
		return error_sys(-ENOMEM, "cannot read %s", store->path);
	diff->store = store;
	err = diff_prepare(diff, draft, rows);
	if (err) {
		store_draft_diff_close(diff);
		return err;
	}
	*out = diff;
	return 0;
}

int store_draft_diff_next(struct store_draft_diff *diff,
			  struct store_draft_place *place)
{
	sqlite3_stmt *stmt = diff->stmt;
	int code = sqlite3_step(stmt), err = 0;

	*place = (struct store_draft_place){NULL, NULL};
	if (code == SQLITE_DONE)
		return 0;
	if (code != SQLITE_ROW)
		return store_fail(diff->store, "read a draft");
	if (!sqlite3_column_int(stmt, DIFF_GONE)) {
		place->draft = &diff->draft;
		err = store_row_read(diff->store, stmt, DIFF_DRAFT,
				     &diff->draft, &diff->draft_buffer);
	}
	if (!err && sqlite3_column_type(stmt, DIFF_OTHER) != SQLITE_NULL) {
		place->other = &diff->other;
		err = store_row_read(diff->store, stmt, DIFF_OTHER,
				     &diff->other, &diff->other_buffer);
	}
	return err ? err : 1;
}

void store_draft_diff_close(struct store_draft_diff *diff)
{
	if (!diff)
		return;
	sqlite3_finalize(diff->stmt);
	free(diff);
}

int store_draft_own(struct store *store, const struct store_draft *draft,
		    uint64_t *rules)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"SELECT count(*) FROM draft_rule"
				" WHERE draft = ?1 AND NOT gone");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, store_draft_id(draft->rows));
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*rules = sqlite3_column_int64(stmt, 0);
	else
		err = store_fail(store, "read a draft");
	sqlite3_finalize(stmt);
	return err;
}
