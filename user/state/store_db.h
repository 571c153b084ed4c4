/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <linux/limits.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "source_set.h"

/* Private to the store's own files. */
struct store {
	sqlite3 *db;
	sqlite3_stmt *add, *remove, *drop, *put; /* NULL: not prepared yet */
	int64_t version;
	int64_t before; /* that of the file, while a transaction renews it; 0 */
	int64_t drafts; /* the version that says what drafts' rows are for,
			 * once it is read: STORE_VERSION for nothing */
	struct source_set touched;
	int64_t rule_delta;
	char path[PATH_MAX];
};

/* Set the message for what SQLite has just refused; returns its -errno. */
int store_fail(struct store *store, const char *what);

/* The same for a row that cannot be ours; -EBADMSG. */
int store_damaged(struct store *store);

/* Run a statement; what: what cannot be done if it fails. */
int store_exec(struct store *store, const char *what, const char *sql);

/* Compile a statement. */
int store_prepare(struct store *store, sqlite3_stmt **stmt, const char *sql);

/* Whether a table is there: some are made when they are first needed. */
int store_db_table(struct store *store, const char *name, bool *there);

/* Run and finalize a statement without a result. */
int store_run(struct store *store, sqlite3_stmt *stmt, const char *what);

/* Run a statement whose first one or two parameters are numbers; what it does is
 * for the error. Returns 0 or -errno with error_set(). */
int store_run_numbers(struct store *store, const char *what, const char *sql,
		      uint64_t a, uint64_t b);

#endif
