// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "hits_db.h"
#include "hits_map.h"
#include "hits_run.h"
#include "hits_tidy.h"
#include "hits_walk.h"
#include "map_file.h"

/* A run that may have ended. Those that were put together are owner 0's, by
 * their map. */
struct ended {
	int64_t id, map;
	uint64_t owner, number, key;
	char server[64], name[MAP_NAME];
};

/* The first one behind an id: 1, 0 for none, or -errno. */
static int ended_next(struct hits_db *db, int64_t behind, int64_t before,
		      struct ended *ended)
{
	sqlite3_stmt *stmt;
	int code,
		err = hits_db_prepare(
			db, &stmt,
			"SELECT run.id, map.id, owner, number, key, server, name"
			" FROM run, map WHERE run.map = map.id AND run.id > ?1"
			" AND seen < ?2 AND owner != 0"
			" ORDER BY run.id LIMIT 1");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, behind);
	sqlite3_bind_int64(stmt, 2, before);
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		const void *server = sqlite3_column_text(stmt, 5);
		const void *name = sqlite3_column_text(stmt, 6);

		*ended = (struct ended){
			.id = sqlite3_column_int64(stmt, 0),
			.map = sqlite3_column_int64(stmt, 1),
			.owner = sqlite3_column_int64(stmt, 2),
			.number = sqlite3_column_int64(stmt, 3),
			.key = sqlite3_column_int64(stmt, 4),
		};
		sqlite3_snprintf(sizeof(ended->server), ended->server, "%s",
				 server ? server : "");
		sqlite3_snprintf(sizeof(ended->name), ended->name, "%s",
				 name ? name : "");
		err = 1;
	} else if (code != SQLITE_DONE) {
		err = hits_db_fail(db, "read hits");
	}
	sqlite3_finalize(stmt);
	return err;
}

/* The chunks of the one that others are added to. */
struct add {
	struct hits_db *db;
	sqlite3_stmt *get, *put;
	int64_t to;
	struct hits_chunk sum;
};

/* What of a record is not by source yet. */
static void record_add(struct hits_record *sum, const struct hits_record *more)
{
	sum->count += more->count - more->folded;
	if (!sum->first || more->first < sum->first)
		sum->first = more->first;
	if (more->last > sum->last)
		sum->last = more->last;
}

static void chunk_add(struct hits_chunk *sum, const struct hits_chunk *more)
{
	struct hits_record had[HITS_CHUNK];
	size_t count = sum->count, i, next = 0;

	memcpy(had, sum->record, count * sizeof(*had));
	sum->count = 0;
	for (i = 0; i < more->count; i++) {
		struct hits_record *record;
		uint32_t at = more->record[i].at;

		while (next < count && had[next].at < at)
			sum->record[sum->count++] = had[next++];
		record = &sum->record[sum->count++];
		if (next < count && had[next].at == at)
			*record = had[next++];
		else
			*record = (struct hits_record){.at = at};
		record_add(record, &more->record[i]);
	}
	while (next < count)
		sum->record[sum->count++] = had[next++];
}

static int add_chunk(const struct hits_place *place, struct hits_chunk *chunk,
		     void *arg)
{
	struct add *add = arg;
	int64_t id = hits_chunk_id(add->to, place->class, place->n);
	int code, err = 0;

	add->sum.count = 0;
	sqlite3_bind_int64(add->get, 1, id);
	code = sqlite3_step(add->get);
	if (code == SQLITE_ROW &&
	    !hits_chunk_read(&add->sum, sqlite3_column_blob(add->get, 0),
			     sqlite3_column_bytes(add->get, 0)))
		err = error_set(-EBADMSG, "%s is damaged", add->db->path);
	else if (code != SQLITE_ROW && code != SQLITE_DONE)
		err = hits_db_fail(add->db, "read hits");
	sqlite3_reset(add->get);
	if (err)
		return err;
	chunk_add(&add->sum, chunk);
	sqlite3_bind_int64(add->put, 1, id);
	sqlite3_bind_blob(add->put, 2, add->sum.record,
			  (int)(add->sum.count * sizeof(*add->sum.record)),
			  SQLITE_STATIC);
	if (sqlite3_step(add->put) != SQLITE_DONE)
		err = hits_db_fail(add->db, "save hits");
	sqlite3_reset(add->put);
	return err;
}

/* The run that a map's are put together in: its id, 0 for none, or -errno. */
static int64_t sum_find(struct hits_db *db, int64_t map)
{
	sqlite3_stmt *stmt;
	int64_t id = hits_db_prepare(
		db, &stmt,
		"INSERT INTO run(owner, number, map, server, seen)"
		" VALUES(0, ?1, ?1, '', 0) ON CONFLICT(owner, number)"
		" DO UPDATE SET seen = 0 RETURNING id");

	if (id)
		return id;
	sqlite3_bind_int64(stmt, 1, map);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		id = sqlite3_column_int64(stmt, 0);
	else
		id = hits_db_fail(db, "save hits");
	sqlite3_finalize(stmt);
	return id;
}

static int run_add(struct hits_db *db, const struct ended *ended)
{
	struct add *add = calloc(1, sizeof(*add));
	int err;

	if (!add)
		return error_sys(-ENOMEM, "cannot save hits");
	add->db = db;
	add->to = sum_find(db, ended->map);
	err = add->to < 0 ? (int)add->to : 0;
	if (!err)
		err = hits_db_prepare(db, &add->get,
				      "SELECT hits FROM chunk WHERE id = ?1");
	if (!err)
		err = hits_db_prepare(
			db, &add->put,
			"INSERT OR REPLACE INTO chunk VALUES(?1, ?2)");
	if (!err)
		err = hits_walk(db, ended->id, add_chunk, add);
	sqlite3_finalize(add->get);
	sqlite3_finalize(add->put);
	free(add);
	return err;
}

static int run_delete(struct hits_db *db, int64_t id)
{
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(
		db, &stmt, "DELETE FROM chunk WHERE id >= ?1 AND id < ?2");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, hits_chunk_id(id, 0, 0));
	sqlite3_bind_int64(stmt, 2, hits_chunk_id(id + 1, 0, 0));
	err = hits_db_run(db, stmt);
	if (!err)
		err = hits_db_prepare(db, &stmt,
				      "DELETE FROM run WHERE id = ?1");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, id);
	return hits_db_run(db, stmt);
}

static int run_tidy(struct hits_db *db, const char *state,
		    const struct ended *ended)
{
	struct map *map = NULL;
	bool there = !hits_map_open(&map, state, ended->key, ended->name);
	int err = hits_db_begin(db);

	map_close(map);
	if (err)
		return err;
	if (there)
		err = run_add(db, ended);
	if (!err)
		err = run_delete(db, ended->id);
	if (err)
		hits_db_rollback(db);
	return err ? err : hits_db_commit(db);
}

/* Maps that nothing is known of any more. */
static int maps_tidy(struct hits_db *db, const char *state)
{
	struct map *map = NULL;
	sqlite3_stmt *stmt, *gone;
	int err = hits_db_prepare(
		db, &stmt,
		"SELECT id, key, name FROM map WHERE NOT EXISTS"
		" (SELECT 1 FROM run WHERE run.map = map.id AND owner != 0)");

	if (err)
		return err;
	while (!err && sqlite3_step(stmt) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(stmt, 0), sum;
		const char *name = (const void *)sqlite3_column_text(stmt, 2);

		if (!hits_map_open(&map, state,
				   (uint64_t)sqlite3_column_int64(stmt, 1),
				   name ? name : "")) {
			map_close(map);
			continue;
		}
		sum = sum_find(db, id);
		err = sum < 0 ? (int)sum : run_delete(db, sum);
		if (!err)
			err = hits_db_prepare(db, &gone,
					      "DELETE FROM map WHERE id = ?1");
		if (err)
			break;
		sqlite3_bind_int64(gone, 1, id);
		err = hits_db_run(db, gone);
	}
	sqlite3_finalize(stmt);
	return err;
}

int hits_tidy(struct hits_db *db, const char *state, int64_t now,
	      hits_alive_fn *alive, void *arg)
{
	struct ended ended = {.id = 0};
	int err;

	while ((err = ended_next(db, ended.id, now - HITS_TIDY_AGE, &ended)) >
	       0) {
		if (alive(ended.owner, ended.number, ended.server, arg))
			continue;
		err = run_tidy(db, state, &ended);
		if (err)
			return err;
	}
	if (err)
		return err;
	err = hits_db_begin(db);
	if (err)
		return err;
	err = maps_tidy(db, state);
	if (err)
		hits_db_rollback(db);
	return err ? err : hits_db_commit(db);
}
