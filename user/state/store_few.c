// SPDX-License-Identifier: BSD-2-Clause
#include "store_db.h"
#include "store_draft.h"
#include "store_draft_db.h"
#include "store_few.h"
#include "store_layers.h"
#include "store_schema.h"

enum {
	COPY_ALWAYS = 64, /* places; more only beside one in so many new ones */
	COPY_PART = 8,
	COPY_MAX = 8192, /* some hundredths of a second */
};

int store_few_count(struct store *store, uint64_t rows, uint64_t most,
		    uint64_t *count)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt,
				"SELECT count(*) FROM (SELECT 1 FROM draft_rule"
				" WHERE draft = ?1 LIMIT ?2)");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, store_draft_id(rows));
	sqlite3_bind_int64(stmt, 2, most);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*count = sqlite3_column_int64(stmt, 0);
	else
		err = store_fail(store, "read a draft");
	sqlite3_finalize(stmt);
	return err;
}

static int few_make(struct store *store, uint64_t release, uint64_t under,
		    uint64_t *id)
{
	int err = store_run_numbers(
		store, "write rules",
		"INSERT INTO draft(name, form, base, under,"
		" pruned, rules, changes, time, user, command,"
		" message) VALUES ('@', " STORE_TEXT(
			STORE_DRAFT_FORM) ", ?1, ?2, 0, 0, 0, 0, '', '', '')",
		release, under);

	*id = sqlite3_last_insert_rowid(store->db);
	if (!err)
		err = store_run_numbers(store, "write rules",
					"UPDATE draft SET name = '@' || id"
					" WHERE id = ?1",
					*id, 0);
	return err;
}

/* How many of the layers in front are copied: each change has those with few
 * places anew, and larger ones as seldom as they are large. */
static int copied_find(struct store *store, const struct store_layers *layers,
		       uint64_t places, unsigned int *copied)
{
	uint64_t most, count;
	int err;

	for (*copied = 0; *copied < layers->count; ++*copied) {
		most = places * COPY_PART;
		if (most < COPY_ALWAYS)
			most = COPY_ALWAYS;
		if (most > COPY_MAX)
			most = COPY_MAX;
		err = store_few_count(store, layers->rows[*copied], most + 1,
				      &count);
		if (err || count > most)
			return err;
		places += count;
	}
	return 0;
}

/* What one in front says of a place counts. */
static int layers_copy(struct store *store, const struct store_layers *layers,
		       unsigned int copied, uint64_t id)
{
	int err = 0;

	while (copied-- && !err)
		err = store_run_numbers(store, "write rules",
					"INSERT OR REPLACE INTO draft_rule"
					" SELECT ?1, source, kind, gone,"
					" " STORE_RULE_REST
					" FROM draft_rule WHERE draft = ?2",
					id,
					store_draft_id(layers->rows[copied]));
	return err;
}

int store_few_over(struct store *store, uint64_t release, uint64_t under,
		   uint64_t places, uint64_t *rows)
{
	struct store_layers layers = {.count = 0};
	unsigned int copied = 0;
	uint64_t id = 0;
	int err = store_exec(store, "write a draft", STORE_DRAFT_TABLES);

	if (!err)
		err = store_layers_find(store, under, &layers);
	if (!err)
		err = copied_find(store, &layers, places, &copied);
	if (!copied && layers.count == STORE_LAYERS)
		copied = 1;
	if (!err)
		err = few_make(store, release,
			       copied < layers.count ? layers.rows[copied]
						     : layers.base,
			       &id);
	if (!err)
		err = layers_copy(store, &layers, copied, id);
	*rows = id | STORE_DRAFT_ROWS;
	return err;
}

#define WRITE_PLACES                                                  \
	" WHERE (source, flags, added) IN (SELECT r.source, r.flags," \
	" r.added FROM draft_rule AS d CROSS JOIN rule AS r"          \
	" ON r.source = d.source AND (r.flags >> 2) = d.kind"         \
	" AND r.removed IS NULL WHERE d.draft = ?1)"

/* A row that store_materialise() has just written is no part of history. */
int store_few_write(struct store *store, uint64_t rows, uint64_t release)
{
	uint64_t id = store_draft_id(rows);
	int err = store_run_numbers(store, "write rules",
				    "DELETE FROM rule" WRITE_PLACES
				    " AND added = ?2",
				    id, release);

	if (!err)
		err = store_run_numbers(
			store, "write rules",
			"UPDATE rule SET removed = ?2" WRITE_PLACES, id,
			release);
	if (!err)
		err = store_run_numbers(store, "write rules",
					"INSERT INTO rule(source, added,"
					" " STORE_RULE_REST
					") SELECT source, ?2,"
					" " STORE_RULE_REST " FROM draft_rule"
					" WHERE draft = ?1 AND NOT gone",
					id, release);
	return err;
}
