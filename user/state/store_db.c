// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "error.h"
#include "state.h"
#include "store_db.h"

static int code_errno(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	default:
		return -EIO;
	}
}

int store_fail(struct store *store, const char *what)
{
	int code = sqlite3_extended_errcode(store->db);
	int cause = sqlite3_system_errno(store->db);
	int err = code_errno(code);

	if (cause == ENOENT && err == -EACCES)
		return error_set(-ENOENT, "%s is missing" STORE_HINT,
				 store->path);
	if (cause && (err == -EIO || err == -EACCES))
		return error_sys(-cause, "cannot %s in %s: %s", what,
				 store->path, sqlite3_errmsg(store->db));
	return error_set(err, "cannot %s in %s: %s%s", what, store->path,
			 sqlite3_errmsg(store->db),
			 err == -EBADMSG ? STORE_HINT : "");
}

int store_exec(struct store *store, const char *what, const char *sql)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL))
		return store_fail(store, what);
	return 0;
}

int store_prepare(struct store *store, sqlite3_stmt **stmt, const char *sql)
{
	if (sqlite3_prepare_v2(store->db, sql, -1, stmt, NULL))
		return store_fail(store, "prepare a statement");
	return 0;
}

int store_run(struct store *store, sqlite3_stmt *stmt, const char *what)
{
	int err = 0;

	if (sqlite3_step(stmt) != SQLITE_DONE)
		err = store_fail(store, what);
	sqlite3_finalize(stmt);
	return err;
}

int store_run_numbers(struct store *store, const char *what, const char *sql,
		      uint64_t a, uint64_t b)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt, sql);

	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, a);
	if (sqlite3_bind_parameter_count(stmt) > 1)
		sqlite3_bind_int64(stmt, 2, b);
	return store_run(store, stmt, what);
}

int store_damaged(struct store *store)
{
	return error_set(-EBADMSG, "%s has a damaged rule" STORE_HINT,
			 store->path);
}

int store_db_table(struct store *store, const char *name, bool *there)
{
	sqlite3_stmt *stmt;
	int code, err;

	*there = false;
	err = store_prepare(store, &stmt,
			    "SELECT 1 FROM sqlite_master"
			    " WHERE type = 'table' AND name = ?1");
	if (err)
		return err;
	sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
	code = sqlite3_step(stmt);
	*there = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		err = store_fail(store, "read tables");
	sqlite3_finalize(stmt);
	return err;
}
