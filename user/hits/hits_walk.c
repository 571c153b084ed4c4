// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>

#include "array.h"
#include "error.h"
#include "hits_db.h"
#include "hits_walk.h"

struct walk {
	struct hits_db *db;
	sqlite3_stmt *next, *put;
	struct hits_chunk chunk;
};

/* The first chunk from an id on: 1, 0 for none, or -errno. */
static int chunk_next(struct walk *walk, int64_t from, int64_t until,
		      int64_t *id)
{
	int code, found = 0;

	sqlite3_bind_int64(walk->next, 1, from);
	sqlite3_bind_int64(walk->next, 2, until);
	code = sqlite3_step(walk->next);
	if (code == SQLITE_ROW) {
		*id = sqlite3_column_int64(walk->next, 0);
		found = 1;
		if (!hits_chunk_read(&walk->chunk,
				     sqlite3_column_blob(walk->next, 1),
				     sqlite3_column_bytes(walk->next, 1)))
			found = error_set(-EBADMSG, "%s is damaged",
					  walk->db->path);
	} else if (code != SQLITE_DONE) {
		found = hits_db_fail(walk->db, "read hits");
	}
	sqlite3_reset(walk->next);
	return found;
}

static int chunk_put(struct walk *walk, int64_t id)
{
	int err = 0;

	sqlite3_bind_blob(
		walk->put, 1, walk->chunk.record,
		(int)(walk->chunk.count * sizeof(*walk->chunk.record)),
		SQLITE_STATIC);
	sqlite3_bind_int64(walk->put, 2, id);
	if (sqlite3_step(walk->put) != SQLITE_DONE)
		err = hits_db_fail(walk->db, "save hits");
	sqlite3_reset(walk->put);
	return err;
}

static int walk_run(struct walk *walk, int64_t run,
		    int (*fn)(const struct hits_place *place,
			      struct hits_chunk *chunk, void *arg),
		    void *arg)
{
	int64_t from = hits_chunk_id(run, 0, 0), id = 0;
	int64_t until = hits_chunk_id(run + 1, 0, 0);
	int err;

	while ((err = chunk_next(walk, from, until, &id)) > 0) {
		struct hits_place place = {run, id >> 32 & 1,
					   (uint64_t)id & UINT32_MAX};

		err = fn(&place, &walk->chunk, arg);
		if (err > 0)
			err = chunk_put(walk, id);
		if (err)
			break;
		from = id + 1;
	}
	return err;
}

int hits_walk(struct hits_db *db, int64_t run,
	      int (*fn)(const struct hits_place *place,
			struct hits_chunk *chunk, void *arg),
	      void *arg)
{
	struct walk *walk = calloc(1, sizeof(*walk));
	int err;

	if (!walk)
		return error_sys(-ENOMEM, "cannot read hits");
	walk->db = db;
	err = hits_db_prepare(
		db, &walk->next,
		"SELECT id, hits FROM chunk"
		" WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1");
	if (!err)
		err = hits_db_prepare(
			db, &walk->put,
			"UPDATE chunk SET hits = ?1 WHERE id = ?2");
	if (!err)
		err = walk_run(walk, run, fn, arg);
	sqlite3_finalize(walk->next);
	sqlite3_finalize(walk->put);
	free(walk);
	return err;
}

static int runs_find(struct hits_db *db, uint64_t map, int64_t **runs,
		     size_t *count)
{
	size_t room = 0;
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(db, &stmt,
				  "SELECT run.id FROM run, map"
				  " WHERE run.map = map.id AND map.key = ?1");

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, (int64_t)map);
	while (!err && sqlite3_step(stmt) == SQLITE_ROW) {
		err = array_grow(runs, &room, *count + 1, sizeof(**runs));
		if (!err)
			(*runs)[(*count)++] = sqlite3_column_int64(stmt, 0);
	}
	if (err)
		err = error_sys(-ENOMEM, "cannot read hits");
	sqlite3_finalize(stmt);
	return err;
}

int hits_walk_map(struct hits_db *db, uint64_t map,
		  int (*fn)(const struct hits_place *place,
			    struct hits_chunk *chunk, void *arg),
		  void *arg)
{
	int64_t *runs = NULL;
	size_t count = 0, i;
	int err = runs_find(db, map, &runs, &count);

	for (i = 0; i < count && !err; i++)
		err = hits_walk(db, runs[i], fn, arg);
	free(runs);
	return err;
}
