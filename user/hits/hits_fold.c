// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "array.h"
#include "error.h"
#include "hits_db.h"
#include "hits_fold.h"
#include "hits_run.h"
#include "hits_walk.h"
#include "map_at.h"
#include "map_file.h"
#include "map_view.h"
#include "rule.h"
#include "rule_order.h"

struct fold {
	struct hits_db *db;
	struct map_at at;
	bool keeps; /* chunks are left as they are */
	int (*fn)(const struct hits_sum *sum, void *arg);
	void *arg;
	struct rule rule;
	struct rule_buffer buffer;
};

static int record_fold(struct fold *fold, const struct hits_place *place,
		       const struct hits_record *record)
{
	struct hits_sum sum = {.first = record->first, .last = record->last};
	uint32_t addr = hits_addr(map_header(fold->at.map),
				  place->n * HITS_CHUNK + record->at);

	if (!addr || map_at_rule(&fold->at, addr, &fold->rule, &fold->buffer))
		return 0;
	sum.source = fold->rule.source;
	sum.kind = rule_order_kind(&fold->rule);
	sum.code = fold->rule.code;
	sum.count[place->class] = record->count - record->folded;
	return fold->fn(&sum, fold->arg);
}

static int chunk_fold(const struct hits_place *place, struct hits_chunk *chunk,
		      void *arg)
{
	struct fold *fold = arg;
	int changed = 0, err = 0;
	size_t i;

	for (i = 0; i < chunk->count && !err; i++) {
		struct hits_record *record = &chunk->record[i];

		if (record->count == record->folded)
			continue;
		err = record_fold(fold, place, record);
		record->folded = record->count;
		changed = 1;
	}
	return err || fold->keeps ? err : changed;
}

static int fold_map(struct hits_db *db, const struct map *map, bool keeps,
		    int (*fn)(const struct hits_sum *sum, void *arg), void *arg)
{
	struct fold *fold = calloc(1, sizeof(*fold));
	int err;

	if (!fold)
		return error_sys(-ENOMEM, "cannot read hits");
	fold->db = db;
	fold->keeps = keeps;
	fold->fn = fn;
	fold->arg = arg;
	err = map_at_open(&fold->at, map);
	if (!err)
		err = hits_walk_map(db, hits_map_key(map_header(map)),
				    chunk_fold, fold);
	map_at_close(&fold->at);
	free(fold);
	return err;
}

struct put {
	struct hits_db *db;
	sqlite3_stmt *stmt;
};

static int sum_put(const struct hits_sum *sum, void *arg)
{
	struct put *put = arg;
	int err = 0;

	sqlite3_bind_text(put->stmt, 1, sum->source, -1, SQLITE_STATIC);
	sqlite3_bind_int64(put->stmt, 2, sum->kind);
	sqlite3_bind_int64(put->stmt, 3, sum->code);
	sqlite3_bind_int64(put->stmt, 4, (int64_t)sum->count[HITS_GET]);
	sqlite3_bind_int64(put->stmt, 5, (int64_t)sum->count[HITS_OTHER]);
	sqlite3_bind_int64(put->stmt, 6, sum->first);
	sqlite3_bind_int64(put->stmt, 7, sum->last);
	if (sqlite3_step(put->stmt) != SQLITE_DONE)
		err = hits_db_fail(put->db, "save hits");
	sqlite3_reset(put->stmt);
	return err;
}

int hits_fold(struct hits_db *db, const struct map *map)
{
	struct put put = {.db = db};
	int err = hits_db_prepare(
		db, &put.stmt,
		"INSERT INTO hit VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT(source, kind, code) DO UPDATE SET"
		" get = get + ?4, other = other + ?5,"
		" first = min(first, ?6), last = max(last, ?7)");

	if (!err)
		err = fold_map(db, map, false, sum_put, &put);
	sqlite3_finalize(put.stmt);
	return err;
}

static int chunk_waits(const struct hits_place *place, struct hits_chunk *chunk,
		       void *arg)
{
	bool *waits = arg;
	size_t i;

	(void)place;
	for (i = 0; i < chunk->count && !*waits; i++)
		*waits = chunk->record[i].count != chunk->record[i].folded;
	return *waits ? -ECANCELED : 0;
}

int hits_fold_waits(struct hits_db *db, uint64_t map, bool *waits)
{
	int err;

	*waits = false;
	err = hits_walk_map(db, map, chunk_waits, waits);
	return *waits ? 0 : err;
}

int hits_fold_leaves(struct hits_db *db, uint64_t map, const char *name)
{
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(
		db, &stmt,
		"INSERT INTO map(key, name, gone) VALUES(?1, ?2, 1)"
		" ON CONFLICT(key) DO UPDATE SET gone = 1");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)map);
	sqlite3_bind_text(stmt, 2, name, -1, SQLITE_STATIC);
	return hits_db_run(db, stmt);
}

int hits_fold_left(struct hits_db *db, uint64_t map, bool *left)
{
	sqlite3_stmt *stmt;
	int code, err = hits_db_prepare(db, &stmt,
					"SELECT gone FROM map WHERE key = ?1");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)map);
	code = sqlite3_step(stmt);
	*left = code == SQLITE_ROW && sqlite3_column_int(stmt, 0);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		err = hits_db_fail(db, "read hits");
	sqlite3_finalize(stmt);
	return err;
}

static int settled_each(struct hits_db *db,
			int (*fn)(const struct hits_sum *sum, void *arg),
			void *arg)
{
	sqlite3_stmt *stmt;
	int code, err = hits_db_prepare(
			  db, &stmt,
			  "SELECT source, kind, code, get, other, first, last"
			  " FROM hit");

	if (err)
		return err;
	while (!err && (code = sqlite3_step(stmt)) != SQLITE_DONE) {
		struct hits_sum sum;

		if (code != SQLITE_ROW) {
			err = hits_db_fail(db, "read hits");
			break;
		}
		sum = (struct hits_sum){
			.source = (const char *)sqlite3_column_text(stmt, 0),
			.kind = sqlite3_column_int(stmt, 1),
			.code = sqlite3_column_int(stmt, 2),
			.count = {sqlite3_column_int64(stmt, 3),
				  sqlite3_column_int64(stmt, 4)},
			.first = sqlite3_column_int64(stmt, 5),
			.last = sqlite3_column_int64(stmt, 6),
		};
		if (sum.source)
			err = fn(&sum, arg);
	}
	sqlite3_finalize(stmt);
	return err;
}

struct map_row {
	uint64_t key;
	char name[MAP_NAME];
};

static int maps_find(struct hits_db *db, struct map_row **maps, size_t *count)
{
	sqlite3_stmt *stmt;
	size_t room = 0;
	int err = hits_db_prepare(db, &stmt, "SELECT key, name FROM map");

	if (err)
		return err;
	while (!err && sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 1);

		err = array_grow(maps, &room, *count + 1, sizeof(**maps));
		if (err)
			break;
		(*maps)[*count].key = (uint64_t)sqlite3_column_int64(stmt, 0);
		sqlite3_snprintf(MAP_NAME, (*maps)[(*count)++].name, "%s",
				 name ? name : "");
	}
	if (err)
		err = error_sys(-ENOMEM, "cannot read hits");
	sqlite3_finalize(stmt);
	return err;
}

int hits_sum_each(struct hits_db *db,
		  int (*open)(struct map **map, uint64_t key, const char *name,
			      void *arg),
		  int (*fn)(const struct hits_sum *sum, void *arg), void *arg)
{
	struct map_row *maps = NULL;
	size_t count = 0, i;
	int err = settled_each(db, fn, arg);

	if (!err)
		err = maps_find(db, &maps, &count);
	for (i = 0; i < count && !err; i++) {
		struct map *map = NULL;
		bool waits;

		err = hits_fold_waits(db, maps[i].key, &waits);
		if (err || !waits)
			continue;
		err = open(&map, maps[i].key, maps[i].name, arg);
		if (!err)
			err = fold_map(db, map, true, fn, arg);
		else if (err == -ENOENT)
			err = 0;
		map_close(map);
	}
	free(maps);
	return err;
}
