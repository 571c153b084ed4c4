// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "store.h"
#include "store_db.h"
#include "store_draft.h"
#include "store_draft_db.h"
#include "store_prune.h"

#define DRAFT_SELECT                                                \
	"SELECT name, id, base, under, rules, changes, draft.time," \
	" form, pruned, draft.user, draft.command, draft.message,"  \
	" map, draft.added, draft.removed, draft.changed"           \
	" FROM draft WHERE "

/* One whose release is not live is none: its cutover was killed, and will be
 * undone. */
#define DRAFT_IS_THERE             \
	"(NOT " STORE_DRAFT_HIDDEN \
	" AND (became > ?1 OR NOT " STORE_DRAFT_BECAME "))"

int store_draft_name(const char *name)
{
	static const char allowed[] = "0123456789._-"
				      "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t len = strlen(name);

	if (len && len <= STORE_DRAFT_NAME && strspn(name, allowed) == len)
		return 0;
	return error_set(
		-EINVAL,
		"'%.80s' is no name of a draft: up to %d letters, digits, '.', '_' and '-'",
		name, STORE_DRAFT_NAME);
}

bool store_draft_is(uint64_t rows)
{
	return rows & STORE_DRAFT_ROWS;
}

uint64_t store_draft_id(uint64_t rows)
{
	return rows & ~STORE_DRAFT_ROWS;
}

static void text_take(char *dst, size_t size, sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	snprintf(dst, size, "%s", text ? text : "");
}

/* Where its base was pruned, the prune has noted that it kept the rows. */
static int lost_check(struct store *store, struct store_draft *draft,
		      uint64_t kept)
{
	struct store_pruned pruned = {0};
	uint64_t first = 0;
	int err = 0;

	if (draft->base)
		err = store_first(store, &first);
	if (!err && draft->base < first)
		err = store_pruned(store, &pruned);
	draft->lost = draft->base < first && pruned.before != kept;
	return err;
}

static int draft_read(struct store *store, sqlite3_stmt *stmt,
		      struct store_draft *draft)
{
	const char *message = (const char *)sqlite3_column_text(stmt, 11);

	memset(draft, 0, sizeof(*draft));
	text_take(draft->name, sizeof(draft->name), stmt, 0);
	draft->rows = sqlite3_column_int64(stmt, 1) | STORE_DRAFT_ROWS;
	draft->base = sqlite3_column_int64(stmt, 2);
	draft->under = sqlite3_column_int64(stmt, 3);
	draft->rules = sqlite3_column_int64(stmt, 4);
	draft->changes = sqlite3_column_int64(stmt, 5);
	draft->time = sqlite3_column_int64(stmt, 6);
	draft->form = sqlite3_column_int(stmt, 7);
	text_take(draft->user, sizeof(draft->user), stmt, 9);
	text_take(draft->command, sizeof(draft->command), stmt, 10);
	text_take(draft->map, sizeof(draft->map), stmt, 12);
	draft->added = sqlite3_column_int64(stmt, 13);
	draft->removed = sqlite3_column_int64(stmt, 14);
	draft->changed = sqlite3_column_int64(stmt, 15);
	draft->message = strdup(message ? message : "");
	if (!draft->message)
		return error_sys(-ENOMEM, "cannot read drafts");
	return lost_check(store, draft, sqlite3_column_int64(stmt, 8));
}

void store_draft_end(struct store_draft *draft)
{
	free(draft->message);
	draft->message = NULL;
}

/* The next row's draft: 1, 0 at the end, or -errno. */
static int draft_next(struct store *store, sqlite3_stmt *stmt,
		      struct store_draft *draft)
{
	int code = sqlite3_step(stmt), err;

	if (code == SQLITE_DONE)
		return 0;
	if (code != SQLITE_ROW)
		return store_fail(store, "read drafts");
	err = draft_read(store, stmt, draft);
	if (err)
		store_draft_end(draft);
	return err ? err : 1;
}

int store_draft_each(struct store *store, uint64_t live,
		     int (*fn)(const struct store_draft *draft, void *arg),
		     void *arg)
{
	struct store_draft draft;
	sqlite3_stmt *stmt;
	bool any = false;
	int err = store_db_table(store, "draft", &any), got;

	if (!err && any)
		err = store_prepare(store, &stmt,
				    DRAFT_SELECT DRAFT_IS_THERE
				    " ORDER BY name");
	if (err || !any)
		return err;
	sqlite3_bind_int64(stmt, 1, live);
	while (!err && (got = draft_next(store, stmt, &draft))) {
		err = got < 0 ? got : fn(&draft, arg);
		store_draft_end(&draft);
	}
	sqlite3_finalize(stmt);
	return err;
}

static int draft_check(const struct store_draft *draft)
{
	if (draft->form != STORE_DRAFT_FORM)
		return error_set(
			-EPROTONOSUPPORT,
			"draft %s was made by another version of detour (form %d, this one reads %d); 'draft drop' removes it",
			draft->name, draft->form, STORE_DRAFT_FORM);
	if (draft->lost)
		return error_set(
			-ESTALE,
			"draft %s is lost: release %" PRIu64
			", which it began from, was pruned by a detour that knows no drafts; 'draft drop' removes it",
			draft->name, draft->base);
	return 0;
}

int store_draft_none(struct store *store, const char *name)
{
	uint64_t number = 0;
	sqlite3_stmt *stmt;
	int err;

	err = store_prepare(store, &stmt,
			    "SELECT coalesce(max(number), 0) FROM release"
			    " WHERE command = '" STORE_DRAFT_CUTOVER "' || ?");
	if (err)
		return err;
	sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		number = sqlite3_column_int64(stmt, 0);
	else
		err = store_fail(store, "read releases");
	sqlite3_finalize(stmt);
	if (!err && number)
		err = error_set(
			-ENOENT,
			"there is no draft %s: it went live as release %" PRIu64,
			name, number);
	return err ? err : error_set(-ENOENT, "there is no draft %s", name);
}

/* -ENOENT where no row has it. */
static int draft_get(struct store *store, sqlite3_stmt *stmt, const char *name,
		     struct store_draft *draft)
{
	int got = draft_next(store, stmt, draft);

	sqlite3_finalize(stmt);
	if (got < 0)
		return got;
	return got ? 0
		   : error_set(-ENOENT, "there is no draft%s%s",
			       *name ? " " : "", name);
}

int store_draft_find(struct store *store, uint64_t live, const char *name,
		     struct store_draft *draft)
{
	sqlite3_stmt *stmt;
	bool any = false;
	int err = store_db_table(store, "draft", &any);

	memset(draft, 0, sizeof(*draft));
	if (!err && !any)
		err = error_set(-ENOENT, "there is no draft %s", name);
	if (!err)
		err = store_prepare(store, &stmt,
				    DRAFT_SELECT DRAFT_IS_THERE
				    " AND name = ?2");
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, live);
	sqlite3_bind_text(stmt, 2, name, -1, SQLITE_STATIC);
	err = draft_get(store, stmt, name, draft);
	if (err == -ENOENT)
		err = store_draft_none(store, name);
	if (err)
		return err;
	err = draft_check(draft);
	if (err)
		store_draft_end(draft);
	return err;
}

/* One by its rows, which are there until they are removed. */
static int draft_of_rows(struct store *store, uint64_t rows, const char *name,
			 struct store_draft *draft)
{
	sqlite3_stmt *stmt;
	int err = store_prepare(store, &stmt, DRAFT_SELECT "id = ?");

	memset(draft, 0, sizeof(*draft));
	if (err)
		return err;
	sqlite3_bind_int64(stmt, 1, store_draft_id(rows));
	return draft_get(store, stmt, name, draft);
}

int store_draft_under(struct store *store, uint64_t rows, uint64_t *under)
{
	struct store_draft draft;
	int err = draft_of_rows(store, rows, "", &draft);

	if (err)
		return err;
	*under = draft.under;
	err = draft_check(&draft);
	store_draft_end(&draft);
	return err;
}

int store_draft_of(struct store *store, uint64_t rows,
		   struct store_draft *draft)
{
	return draft_of_rows(store, rows, "", draft);
}

int store_draft_same(struct store *store, const struct store_draft *draft)
{
	struct store_draft now;
	int err = draft_of_rows(store, draft->rows, draft->name, &now);

	if (err == -ENOENT || (!err && now.changes != draft->changes))
		err = error_set(-EAGAIN, "draft %s was changed meanwhile",
				draft->name);
	store_draft_end(&now);
	return err;
}
