/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DRAFT_DB_H
#define STORE_DRAFT_DB_H

#include <stdint.h>

/* Private to the store's own files: the tables of drafts. STORE_DRAFT_CUTOVER
 * is of store.h. */

/* Above all releases: where rows are asked for, this and a draft's id. */
#define STORE_DRAFT_ROWS (UINT64_C(1) << 62)

#define STORE_DRAFT_TABLES                                             \
	"CREATE TABLE IF NOT EXISTS draft("                            \
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"                       \
	" name TEXT NOT NULL UNIQUE, form INTEGER NOT NULL,"           \
	" base INTEGER NOT NULL, under INTEGER NOT NULL,"              \
	" pruned INTEGER NOT NULL, rules INTEGER NOT NULL,"            \
	" changes INTEGER NOT NULL, time INTEGER NOT NULL,"            \
	" user TEXT NOT NULL, command TEXT NOT NULL,"                  \
	" message TEXT NOT NULL, became INTEGER,"                      \
	" map TEXT NOT NULL DEFAULT '',"                               \
	" added INTEGER NOT NULL DEFAULT 0,"                           \
	" removed INTEGER NOT NULL DEFAULT 0,"                         \
	" changed INTEGER NOT NULL DEFAULT 0);"                        \
	"CREATE TABLE IF NOT EXISTS draft_rule("                       \
	" draft INTEGER NOT NULL, source TEXT NOT NULL,"               \
	" kind INTEGER NOT NULL, gone INTEGER NOT NULL,"               \
	" target TEXT NOT NULL, code INTEGER NOT NULL,"                \
	" max_age INTEGER NOT NULL, flags INTEGER NOT NULL,"           \
	" keys TEXT, PRIMARY KEY(draft, source, kind)) WITHOUT ROWID;" \
	"CREATE INDEX IF NOT EXISTS release_lent ON release(restores)" \
	" WHERE restores >= 4611686018427387904;"                      \
	"CREATE INDEX IF NOT EXISTS draft_under ON draft(under)"       \
	" WHERE under >= 4611686018427387904"

/* One whose rows a release has. */
#define STORE_DRAFT_LENT                                                      \
	"EXISTS (SELECT 1 FROM release WHERE restores >= 4611686018427387904" \
	" AND restores = draft.id + 4611686018427387904)"

/* One that another stands on. */
#define STORE_DRAFT_UNDER                          \
	"EXISTS (SELECT 1 FROM draft AS over"      \
	" WHERE over.under >= 4611686018427387904" \
	" AND over.under = draft.id + 4611686018427387904)"

/* One whose name is no draft's any more: it is a release's alone. */
#define STORE_DRAFT_HIDDEN "name GLOB '@*'"

/* One that is a release now. The release says so, too: it may have been undone,
 * and its number given to another. */
#define STORE_DRAFT_BECAME_                                                  \
	"became IS NOT NULL AND EXISTS (SELECT 1 FROM release"               \
	" WHERE number = became AND release.command = '" STORE_DRAFT_CUTOVER \
	"' || draft.name"
#define STORE_DRAFT_BECAME \
	"(" STORE_DRAFT_LENT " OR (" STORE_DRAFT_BECAME_ ")))"

/* One that nobody needs any more: there is nothing else left to do than to
 * remove it. What it became may have rows over yet others. */
#define STORE_DRAFT_DONE                                           \
	"((" STORE_DRAFT_HIDDEN " OR (" STORE_DRAFT_BECAME_ "))) " \
	"AND NOT " STORE_DRAFT_LENT " AND NOT " STORE_DRAFT_UNDER ")"

#endif
