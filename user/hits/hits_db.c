// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "hits_db.h"
#include "state.h"

#define TEXT_(number) #number
#define TEXT(number) TEXT_(number)

/* The rows of chunks are large: they are known by a number alone
 * (hits_chunk.h). */
#define SCHEMA                                                               \
	"CREATE TABLE hit(source TEXT NOT NULL, kind INTEGER NOT NULL,"      \
	" code INTEGER NOT NULL, get INTEGER NOT NULL,"                      \
	" other INTEGER NOT NULL, first INTEGER NOT NULL,"                   \
	" last INTEGER NOT NULL, PRIMARY KEY(source, kind, code))"           \
	" WITHOUT ROWID;"                                                    \
	"CREATE TABLE map(id INTEGER PRIMARY KEY, key INTEGER UNIQUE,"       \
	" name TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0);"             \
	"CREATE TABLE run(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL,"   \
	" number INTEGER NOT NULL, map INTEGER NOT NULL,"                    \
	" server TEXT NOT NULL, seen INTEGER NOT NULL,"                      \
	" UNIQUE(owner, number));"                                           \
	"CREATE TABLE chunk(id INTEGER PRIMARY KEY, hits BLOB NOT NULL);"    \
	"CREATE TABLE note(name TEXT PRIMARY KEY, value INTEGER NOT NULL);"  \
	"INSERT INTO note VALUES('since', CAST(strftime('%s') AS INTEGER));" \
	"PRAGMA application_id = " TEXT(                                     \
		HITS_DB_APPLICATION) ";"                                     \
				     "PRAGMA user_version = " TEXT(          \
					     HITS_DB_VERSION) ";"

static int code_errno(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
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

int hits_db_fail(struct hits_db *db, const char *what)
{
	int err = code_errno(sqlite3_extended_errcode(db->db));
	int cause = sqlite3_system_errno(db->db);

	if (err == -EACCES && cause == ENOENT)
		err = -ENOENT;
	if (err == -EBADMSG)
		return error_set(
			err,
			"%s is damaged (%s); without it hits are counted anew",
			db->path, sqlite3_errmsg(db->db));
	return error_set(err, "cannot %s in %s: %s", what, db->path,
			 cause && err != -ENOSPC ? strerror(cause)
						 : sqlite3_errmsg(db->db));
}

static int db_exec(struct hits_db *db, const char *what, const char *sql)
{
	return sqlite3_exec(db->db, sql, NULL, NULL, NULL)
		       ? hits_db_fail(db, what)
		       : 0;
}

int hits_db_prepare(struct hits_db *db, sqlite3_stmt **stmt, const char *sql)
{
	if (sqlite3_prepare_v2(db->db, sql, -1, stmt, NULL))
		return hits_db_fail(db, "read hits");
	return 0;
}

int hits_db_run(struct hits_db *db, sqlite3_stmt *stmt)
{
	int err = 0;

	if (sqlite3_step(stmt) != SQLITE_DONE)
		err = hits_db_fail(db, "save hits");
	sqlite3_finalize(stmt);
	return err;
}

static int number_read(struct hits_db *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *stmt;
	int err = hits_db_prepare(db, &stmt, sql), code;

	if (err)
		return err;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	else
		err = code == SQLITE_DONE
			      ? error_set(-EBADMSG, "%s is damaged", db->path)
			      : hits_db_fail(db, "read hits");
	sqlite3_finalize(stmt);
	return err;
}

/* 1: ours; 0: empty; or -errno. */
static int version_check(struct hits_db *db)
{
	int64_t application, version, tables;
	int err = number_read(db, "PRAGMA application_id", &application);

	if (!err)
		err = number_read(db, "PRAGMA user_version", &version);
	if (!err)
		err = number_read(db, "SELECT count(*) FROM sqlite_master",
				  &tables);
	if (err)
		return err;
	if (!application && !version && !tables)
		return 0;
	if (application != HITS_DB_APPLICATION)
		return error_set(
			-EBADMSG,
			"%s has no hits of detour; without it they are counted anew",
			db->path);
	if (version > HITS_DB_VERSION)
		return error_set(
			-EPROTONOSUPPORT,
			"%s was written by a newer detour (version "
			"%lld); this one reads version " TEXT(HITS_DB_VERSION),
			db->path, (long long)version);
	return 1;
}

/* Another may have made it meanwhile. */
static int db_make(struct hits_db *db)
{
	int err = db_exec(db, "make tables", "BEGIN IMMEDIATE");
	int there = err ? err : version_check(db);

	if (!there)
		err = db_exec(db, "make tables", SCHEMA);
	else if (there < 0)
		err = there;
	if (!err)
		err = db_exec(db, "make tables", "COMMIT");
	if (err)
		hits_db_rollback(db);
	return err;
}

static int db_check(struct hits_db *db)
{
	int err = version_check(db);

	if (!err)
		err = db_make(db);
	if (err < 0)
		return err;
	return number_read(db, "SELECT value FROM note WHERE name = 'since'",
			   &db->since);
}

/*
 * A commit appends to the write-ahead log, without waiting for the disk: what a
 * power failure takes is whole transactions, and the counters are gone with it.
 * The log stays with the file, so that nothing is made in the folder by the
 * last one who leaves, and who may only read finds it.
 */
static int db_settings(struct hits_db *db)
{
	int on = 1;

	sqlite3_file_control(db->db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	sqlite3_db_config(db->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return db_exec(db, "prepare",
		       "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		       "PRAGMA journal_size_limit = 4194304;");
}

/* The file is made with the rights of its folder before SQLite has it. */
static int file_make(struct hits_db *db, enum hits_db_mode mode)
{
	int fd = file_open(db->path,
			   O_RDWR | (mode == HITS_DB_MAKE ? O_CREAT : 0));

	if (fd < 0)
		return error_sys(fd, "cannot open %s", db->path);
	close(fd);
	return 0;
}

static int db_write(struct hits_db *db, enum hits_db_mode mode, int wait)
{
	int err = file_make(db, mode);

	if (err)
		return err;
	if (sqlite3_open_v2(db->path, &db->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL))
		return hits_db_fail(db, "open hits");
	sqlite3_extended_result_codes(db->db, 1);
	sqlite3_busy_timeout(db->db, wait);
	err = db_settings(db);
	return err ? err : db_check(db);
}

static int copy_from(struct hits_db *db, sqlite3 *from)
{
	sqlite3_backup *backup;

	backup = sqlite3_backup_init(db->db, "main", from, "main");
	if (!backup)
		return hits_db_fail(db, "read hits");
	sqlite3_backup_step(backup, -1);
	if (sqlite3_backup_finish(backup))
		return hits_db_fail(db, "read hits");
	return 0;
}

static int db_look(struct hits_db *db, int wait)
{
	sqlite3 *memory = NULL, *file = NULL;
	int err = 0;

	db->memory = true;
	if (sqlite3_open_v2(":memory:", &memory,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL))
		err = error_sys(-ENOMEM, "cannot read %s", db->path);
	db->db = memory;
	sqlite3_extended_result_codes(db->db, 1);
	if (!err && access(db->path, F_OK) && errno == ENOENT)
		return db_check(db);
	if (!err &&
	    sqlite3_open_v2(db->path, &file,
			    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL)) {
		db->db = file;
		err = hits_db_fail(db, "open hits");
		db->db = memory;
	}
	sqlite3_busy_timeout(file, wait);
	if (!err)
		err = copy_from(db, file);
	sqlite3_close(file);
	return err ? err : db_check(db);
}

/* Whoever opens a FIFO waits; what a link leads to is another's. */
static int file_check(const struct hits_db *db)
{
	struct stat st;

	if (lstat(db->path, &st) || S_ISREG(st.st_mode))
		return 0;
	return error_set(-EBADMSG, "%s is no file", db->path);
}

int hits_db_open(struct hits_db **result, const char *state,
		 enum hits_db_mode mode, int wait)
{
	struct hits_db *db = calloc(1, sizeof(*db));
	/* Debian's SQLite takes a name that begins with "file:" for a URI. */
	const char *before = strncmp(state, "file:", 5) ? "" : "./";
	int err;

	*result = NULL;
	if (!db)
		return error_sys(-ENOMEM, "cannot read hits");
	snprintf(db->path, sizeof(db->path), "%s%s/hits.db", before, state);
	err = file_check(db);
	if (!err)
		err = mode == HITS_DB_LOOK ? db_look(db, wait)
					   : db_write(db, mode, wait);
	if (err)
		hits_db_close(db);
	else
		*result = db;
	return err;
}

void hits_db_close(struct hits_db *db)
{
	if (!db)
		return;
	sqlite3_close(db->db);
	free(db);
}

bool hits_db_stays(const struct hits_db *db)
{
	int moved = 0;

	return !sqlite3_file_control(db->db, "main", SQLITE_FCNTL_HAS_MOVED,
				     &moved) &&
	       !moved;
}

int hits_db_begin(struct hits_db *db)
{
	return db_exec(db, "save hits", "BEGIN IMMEDIATE");
}

int hits_db_commit(struct hits_db *db)
{
	int err = db_exec(db, "save hits", "COMMIT");

	if (err)
		hits_db_rollback(db);
	return err;
}

/* Keeps the message of what went wrong. */
void hits_db_rollback(struct hits_db *db)
{
	if (!sqlite3_get_autocommit(db->db))
		sqlite3_exec(db->db, "ROLLBACK", NULL, NULL, NULL);
}

int hits_db_sync(struct hits_db *db)
{
	int code;

	if (db->memory)
		return 0;
	code = sqlite3_wal_checkpoint_v2(db->db, NULL,
					 SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return code && (code & 0xff) != SQLITE_BUSY
		       ? hits_db_fail(db, "save hits")
		       : 0;
}
