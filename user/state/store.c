// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "state.h"
#include "store.h"
#include "store_db.h"
#include "store_keep.h"
#include "store_schema.h"

static int read_number(struct store *store, const char *sql, int64_t *value)
{
	sqlite3_stmt *stmt;
	int err = 0;

	if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL))
		return store_fail(store, "read");
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*value = sqlite3_column_int64(stmt, 0);
	else
		err = store_fail(store, "read");
	sqlite3_finalize(stmt);
	return err;
}

/* 1: ours; 0: empty; or -errno. */
static int version_check(struct store *store, const char *state)
{
	int64_t application, version, tables;
	int err;

	store->drafts = STORE_VERSION;
	err = read_number(store, "PRAGMA application_id", &application);
	if (!err)
		err = read_number(store, "PRAGMA user_version", &version);
	if (!err)
		err = read_number(store, "SELECT count(*) FROM sqlite_master",
				  &tables);
	if (err)
		return err;
	if (!application && !version && !tables)
		return 0;
	if (application != STORE_APPLICATION)
		return error_set(-EBADMSG,
				 "%s is not a store of detour" STORE_HINT,
				 store->path);
	if (version == STORE_VERSION_LENT || version == STORE_VERSION_LAYERS) {
		store->drafts = version;
		version = STORE_VERSION;
	}
	if (version > STORE_VERSION)
		return error_set(
			-EPROTONOSUPPORT,
			"state directory %s was written by a newer detour (version %lld); this one reads versions 1 to %d",
			state, (long long)version, STORE_VERSION);
	store->version = version;
	return 1;
}

/* SQLite gives its journal the rights of the database. Before it has that open:
 * a close would take its locks away. */
static void db_make(const struct store *store)
{
	int fd = file_open(store->path, O_RDWR | O_CREAT);

	if (fd >= 0)
		close(fd);
}

static int db_open(struct store *store, int flags)
{
	if (flags & SQLITE_OPEN_CREATE)
		db_make(store);
	if (sqlite3_open_v2(store->path, &store->db,
			    flags | SQLITE_OPEN_NOMUTEX, NULL))
		return store_fail(store, "open the store");
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, 60000);
	return 0;
}

/* What a killed command left in the journal is undone by the next one that
 * opens the store; a reader must open it for writing to do so. */
static int reader_open_again(struct store *store, const char *state, int err)
{
	int code = sqlite3_extended_errcode(store->db);

	if ((code & 0xff) != SQLITE_READONLY &&
	    (code & 0xff) != SQLITE_CANTOPEN)
		return err;
	sqlite3_close(store->db);
	store->db = NULL;
	err = db_open(store, SQLITE_OPEN_READWRITE);
	return err ? err : version_check(store, state);
}

static int settings_apply(struct store *store, enum store_mode mode)
{
	int err;

	if (mode == STORE_READ)
		return 0;
	/* A cache that spills would lock readers out long before the commit. */
	err = store_exec(store, "prepare",
			 "PRAGMA journal_mode = DELETE;"
			 "PRAGMA synchronous = EXTRA;"
			 "PRAGMA cache_spill = OFF;");
	if (!err && mode == STORE_BULK)
		err = store_exec(store, "prepare",
				 "PRAGMA cache_size = -262144");
	return err;
}

static int store_setup(struct store *store, const char *state,
		       enum store_mode mode)
{
	static const int flags[] = {
		[STORE_READ] = SQLITE_OPEN_READONLY,
		[STORE_WRITE] = SQLITE_OPEN_READWRITE,
		[STORE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		[STORE_BULK] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
	};
	int err;

	err = db_open(store, flags[mode]);
	if (!err)
		err = version_check(store, state);
	if (err < 0 && mode == STORE_READ)
		err = reader_open_again(store, state, err);
	if (err < 0)
		return err;
	if (!err && (flags[mode] & SQLITE_OPEN_CREATE)) {
		store->version = STORE_VERSION;
		err = store_exec(store, "make tables", STORE_SCHEMA);
	} else if (!err)
		err = error_set(-EBADMSG, "%s is empty" STORE_HINT,
				store->path);
	return err < 0 ? err : settings_apply(store, mode);
}

/* Debian's SQLite takes a name that begins with "file:" for a URI. */
static void path_set(struct store *store, const char *state)
{
	const char *before = strncmp(state, "file:", 5) ? "" : "./";

	snprintf(store->path, sizeof(store->path), "%s%s/detour.db", before,
		 state);
}

int store_open(struct store **out, const char *state, enum store_mode mode)
{
	struct store *store = calloc(1, sizeof(*store));
	int err;

	*out = NULL;
	if (!store)
		return error_sys(-ENOMEM, "cannot open the store of %s", state);
	path_set(store, state);
	err = store_setup(store, state, mode);
	if (err) {
		store_close(store);
		return err;
	}
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	sqlite3_finalize(store->add);
	sqlite3_finalize(store->remove);
	sqlite3_finalize(store->drop);
	sqlite3_finalize(store->put);
	sqlite3_close(store->db);
	source_set_free(&store->touched);
	free(store);
}

int store_read_begin(struct store *store, bool *begun)
{
	int err;

	*begun = false;
	if (store->version == STORE_VERSION ||
	    !sqlite3_get_autocommit(store->db))
		return 0;
	err = store_exec(store, "read", "BEGIN");
	if (err)
		return err;
	err = read_number(store, "PRAGMA user_version", &store->version);
	if (err)
		store_read_end(store, true);
	*begun = !err;
	return err;
}

void store_read_end(struct store *store, bool begun)
{
	if (begun)
		sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
}

bool store_is_former(const struct store *store)
{
	return store->version < STORE_VERSION_FORM;
}

int64_t store_renews(const struct store *store)
{
	return store->before;
}

bool store_exists(const char *state)
{
	char path[PATH_MAX];

	state_path(path, state, "detour.db");
	return !access(path, F_OK);
}

int store_begin(struct store *store)
{
	return store_exec(store, "begin a change", "BEGIN IMMEDIATE");
}

/* A commit fails, too, where only the directory was not synced behind it: then
 * the file is renewed, and what it was before is needed. */
static void renewal_failed(struct store *store)
{
	char reason[ERROR_TEXT];
	int64_t version;

	error_save(reason);
	sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	if (!read_number(store, "PRAGMA user_version", &version) &&
	    version == store->before)
		store_keep_undo(store);
	error_restore(reason);
}

int store_commit(struct store *store)
{
	int err = store->before ? store_keep(store) : 0;

	if (err)
		return err;
	err = store_exec(store, "commit a change", "COMMIT");
	if (err && store->before)
		renewal_failed(store);
	if (!err)
		store->before = 0;
	return err;
}

void store_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	if (!store->before)
		return;
	store->version = store->before;
	store->before = 0;
}
