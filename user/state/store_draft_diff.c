// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "error.h"
#include "rule.h"
#include "store.h"
#include "store_db.h"
#include "store_draft.h"
#include "store_draft_diff.h"
#include "store_layers.h"
#include "store_row.h"

struct store_draft_diff {
	struct store *store;
	bool begun; /* a transaction */
	sqlite3_stmt *stmt;
	sqlite3_stmt
		*layers[STORE_LAYERS]; /* of the other, the foremost first */
	unsigned int count;
	struct rule draft, other;
	struct rule_buffer draft_buffer, other_buffer;
};

/* A row's columns: as store_row_columns() has them. */
enum {
	DIFF_DRAFT = 0,
	DIFF_OTHER = 6,
	DIFF_GONE = 12,
	DIFF_SOURCE = DIFF_DRAFT,
	DIFF_KIND = 13,
};

/* The other's rule is a row of the release ... */
static const char release_sql[] =
	"SELECT d.source, d.target, d.code, d.max_age, d.flags, d.keys,"
	" r.source, r.target, r.code, r.max_age, r.flags, r.keys, d.gone,"
	" d.kind"
	" FROM draft_rule AS d LEFT JOIN rule AS r ON r.source = d.source"
	" AND (r.flags >> 2) = d.kind AND r.added <= ?2"
	" AND (r.removed IS NULL OR r.removed > ?2)"
	" WHERE d.draft = ?1 ORDER BY d.source, d.kind";

/* ... or that of a draft in front of it. */
static const char layer_sql[] =
	"SELECT source, target, code, max_age, flags, keys, gone"
	" FROM draft_rule WHERE draft = ?1 AND source = ?2 AND kind = ?3";
enum { LAYER_GONE = 6 };

static int layers_prepare(struct store_draft_diff *diff,
			  const struct store_layers *layers)
{
	int err = 0;

	while (diff->count < layers->count && !err) {
		sqlite3_stmt **stmt = &diff->layers[diff->count];

		err = store_prepare(diff->store, stmt, layer_sql);
		if (!err)
			sqlite3_bind_int64(
				*stmt, 1,
				store_draft_id(layers->rows[diff->count]));
		diff->count++;
	}
	return err;
}

static int diff_prepare(struct store_draft_diff *diff,
			const struct store_draft *draft, uint64_t rows)
{
	struct store *store = diff->store;
	struct store_layers layers;
	int err = 0;

	if (store_draft_is(rows) && sqlite3_get_autocommit(store->db)) {
		err = store_exec(store, "read", "BEGIN");
		diff->begun = !err;
	}
	if (!err)
		err = store_layers_find(store, rows, &layers);
	if (!err)
		err = layers_prepare(diff, &layers);
	if (!err)
		err = store_prepare(store, &diff->stmt, release_sql);
	if (err)
		return err;
	sqlite3_bind_int64(diff->stmt, 1, store_draft_id(draft->rows));
	sqlite3_bind_int64(diff->stmt, 2, layers.base);
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

/* Look whether a layer says something of the place: 1, 0 or -errno. */
static int layer_read(struct store_draft_diff *diff, sqlite3_stmt *stmt,
		      struct store_draft_place *place)
{
	const void *source = sqlite3_column_text(diff->stmt, DIFF_SOURCE);
	int code, err;

	sqlite3_reset(stmt);
	sqlite3_bind_text(stmt, 2, source, -1, SQLITE_STATIC);
	sqlite3_bind_int(stmt, 3, sqlite3_column_int(diff->stmt, DIFF_KIND));
	code = sqlite3_step(stmt);
	if (code == SQLITE_DONE)
		return 0;
	if (code != SQLITE_ROW)
		return store_fail(diff->store, "read a draft");
	if (sqlite3_column_int(stmt, LAYER_GONE))
		return 1;
	place->other = &diff->other;
	err = store_row_read(diff->store, stmt, 0, &diff->other,
			     &diff->other_buffer);
	return err ? err : 1;
}

static int other_read(struct store_draft_diff *diff,
		      struct store_draft_place *place)
{
	unsigned int i;
	int got = 0;

	for (i = 0; i < diff->count && !got; i++)
		got = layer_read(diff, diff->layers[i], place);
	if (got)
		return got < 0 ? got : 0;
	if (sqlite3_column_type(diff->stmt, DIFF_OTHER) == SQLITE_NULL)
		return 0;
	place->other = &diff->other;
	return store_row_read(diff->store, diff->stmt, DIFF_OTHER, &diff->other,
			      &diff->other_buffer);
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
	if (!err)
		err = other_read(diff, place);
	return err ? err : 1;
}

void store_draft_diff_close(struct store_draft_diff *diff)
{
	unsigned int i;

	if (!diff)
		return;
	sqlite3_finalize(diff->stmt);
	for (i = 0; i < diff->count; i++)
		sqlite3_finalize(diff->layers[i]);
	store_read_end(diff->store, diff->begun);
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
