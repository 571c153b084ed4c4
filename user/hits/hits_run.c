// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "error.h"
#include "hits_chunk.h"
#include "hits_db.h"
#include "hits_run.h"

struct save {
	struct hits_db *db;
	struct hits_run *run;
	sqlite3_stmt *get, *put;
	int64_t id; /* the run's */
	struct hits_chunk chunk;
	struct hit hits[HITS_CHUNK];
};

static int map_note(struct save *save, int64_t *id)
{
	struct hits_db *db = save->db;
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(
		db, &stmt,
		"INSERT INTO map(key, name) VALUES(?1, ?2)"
		" ON CONFLICT(key) DO UPDATE SET name = ?2 RETURNING id");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)save->run->map);
	sqlite3_bind_text(stmt, 2, save->run->name, -1, SQLITE_STATIC);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*id = sqlite3_column_int64(stmt, 0);
	else
		err = hits_db_fail(db, "save hits");
	sqlite3_finalize(stmt);
	return err;
}

static int run_note(struct save *save, int64_t map)
{
	const struct hits_run *run = save->run;
	struct hits_db *db = save->db;
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(
		db, &stmt,
		"INSERT INTO run(owner, number, map, server, seen)"
		" VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(owner, number)"
		" DO UPDATE SET seen = ?5, server = ?4 RETURNING id, map");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)run->owner);
	sqlite3_bind_int64(stmt, 2, (int64_t)run->number);
	sqlite3_bind_int64(stmt, 3, map);
	sqlite3_bind_text(stmt, 4, run->server, -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 5, time(NULL));
	if (sqlite3_step(stmt) != SQLITE_ROW) {
		err = hits_db_fail(db, "save hits");
	} else {
		save->id = sqlite3_column_int64(stmt, 0);
		if (sqlite3_column_int64(stmt, 1) != map ||
		    save->id >= HITS_RUNS)
			err = error_set(-EBADMSG, "%s is damaged", db->path);
	}
	sqlite3_finalize(stmt);
	return err;
}

static int chunk_get(struct save *save, int64_t id)
{
	int code;
	int err = 0;

	save->chunk.count = 0;
	sqlite3_bind_int64(save->get, 1, id);
	code = sqlite3_step(save->get);
	if (code == SQLITE_ROW &&
	    !hits_chunk_read(&save->chunk, sqlite3_column_blob(save->get, 0),
			     sqlite3_column_bytes(save->get, 0)))
		err = error_set(-EBADMSG, "%s is damaged", save->db->path);
	else if (code != SQLITE_ROW && code != SQLITE_DONE)
		err = hits_db_fail(save->db, "read hits");
	sqlite3_reset(save->get);
	return err;
}

static int chunk_put(struct save *save, int64_t id)
{
	int err = 0;

	sqlite3_bind_int64(save->put, 1, id);
	sqlite3_bind_blob(
		save->put, 2, save->chunk.record,
		(int)(save->chunk.count * sizeof(*save->chunk.record)),
		SQLITE_STATIC);
	if (sqlite3_step(save->put) != SQLITE_DONE)
		err = hits_db_fail(save->db, "save hits");
	sqlite3_reset(save->put);
	return err;
}

static int page_save(struct save *save, unsigned int class, uint64_t first)
{
	int64_t id = hits_chunk_id(save->id, class, first / HITS_CHUNK);
	int err = chunk_get(save, id);

	if (!err && hits_chunk_take(&save->chunk, save->hits))
		err = chunk_put(save, id);
	return err;
}

static int class_save(struct save *save, unsigned int class)
{
	struct hits_run *run = save->run;
	uint64_t first = 0, next;
	int err = 0, there;

	while (first < run->entries && !err) {
		next = first + HITS_CHUNK;
		there = run->read(run, class, first, save->hits, &next);
		if (there > 0)
			err = page_save(save, class, first);
		else
			err = there;
		first = next;
	}
	return err;
}

static int run_save(struct save *save)
{
	unsigned int class;
	int64_t map = 0;
	int err = map_note(save, &map);

	if (!err)
		err = run_note(save, map);
	if (!err)
		err = hits_db_prepare(save->db, &save->get,
				      "SELECT hits FROM chunk WHERE id = ?1");
	if (!err)
		err = hits_db_prepare(
			save->db, &save->put,
			"INSERT OR REPLACE INTO chunk VALUES(?1, ?2)");
	for (class = 0; class < save->run->classes && !err; class ++)
		err = class_save(save, class);
	return err ? err : save->run->valid(save->run);
}

int hits_run_save(struct hits_db *db, struct hits_run *run)
{
	struct save *save = calloc(1, sizeof(*save));
	int err;

	if (!save)
		return error_sys(-ENOMEM, "cannot save hits");
	save->db = db;
	save->run = run;
	err = run_save(save);
	sqlite3_finalize(save->get);
	sqlite3_finalize(save->put);
	free(save);
	return err;
}
