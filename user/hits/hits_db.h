/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HITS_DB_H
#define HITS_DB_H

#include <linux/limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What was counted, STATE/hits.db: an SQLite file of its own beside the store,
 * so that no change waits for it and nothing is lost with it but counts.
 *
 *   hit    by source: what is settled
 *   map    maps that are counted by slot
 *   run    a counted memory: an area of the fast path, a region of a server
 *   chunk  what was read of a run so far (hits_chunk.h)
 *   note   a number each by name: "since", when the file was made
 *
 * All functions return 0 or -errno with error_set() unless said otherwise.
 */

#define HITS_DB_VERSION 1
#define HITS_DB_APPLICATION 0x64746869 /* "dthi" */

struct hits_db {
	sqlite3 *db;
	bool memory; /* a copy, of which nothing is kept */
	int64_t since;
	char path[PATH_MAX];
};

enum hits_db_mode {
	HITS_DB_LOOK, /* a copy in memory, empty where there is no file: it may be
		       * written to, and is gone with the close */
	HITS_DB_THERE, /* for writing, -ENOENT where there is no file */
	HITS_DB_MAKE,  /* for writing */
};

/*
 * hits_db_open - open it
 * @wait: ms for others who write
 *
 * -EBADMSG for a damaged file, -EPROTONOSUPPORT for one of a newer detour.
 */
int hits_db_open(struct hits_db **db, const char *state, enum hits_db_mode mode,
		 int wait);

/* Accepts NULL; what is not committed is undone. */
void hits_db_close(struct hits_db *db);

/* Whether the file that is open is the one that the path leads to. */
bool hits_db_stays(const struct hits_db *db);

/* A transaction for writing; -EBUSY when others write for too long. */
int hits_db_begin(struct hits_db *db);
int hits_db_commit(struct hits_db *db);
void hits_db_rollback(struct hits_db *db);

/* Have what is committed on the disk, whatever happens to the machine. */
int hits_db_sync(struct hits_db *db);

/* Set the message for what SQLite has just refused; returns its -errno. */
int hits_db_fail(struct hits_db *db, const char *what);

/* Compile a statement; run and finalize one without a result. */
int hits_db_prepare(struct hits_db *db, sqlite3_stmt **stmt, const char *sql);
int hits_db_run(struct hits_db *db, sqlite3_stmt *stmt);

#endif
