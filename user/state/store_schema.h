/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

/*
 * 2: sources have "%27" for "'" in queries; the tables are those of 1.
 * 3: a rule has flags, of which query_drop is one; and behind its tag other
 *    keys, as a line has them (rule_more_text()). These may come without another
 *    column: one costs an import three percent of its time.
 * 4: flags have a rule's kind, too. Those in order bring rules of one source in
 *    their order, so they are its key before the release.
 * 5: the same, as long as a release has the rows of a draft (store_draft.h).
 * 7: the same, as long as a draft stands on another (store_layers.h).
 */
#define STORE_VERSION 4
#define STORE_VERSION_LENT 5 /* 4, and a release has a draft's rows */
#define STORE_VERSION_LAYERS 7
#define STORE_VERSION_FORM 2
#define STORE_VERSION_KEYS 3
#define STORE_VERSION_KINDS 4
#define STORE_APPLICATION 0x64746f72 /* "dtor" */

#define STORE_TEXT_(number) #number
#define STORE_TEXT(number) STORE_TEXT_(number)

/* The flags of a rule: two, and its kind (rule_order.h) above them. */
enum {
	STORE_QUERY_DROP = 1,
	STORE_FIRST = 2,
	STORE_KIND_SHIFT = 2,
};

/* A row's kind. */
#define STORE_RULE_KIND "(flags >> 2)"

/* What a row has behind source, added and removed. */
#define STORE_RULE_REST "target, code, max_age, flags, keys"

#define STORE_RULE_TABLE             \
	"CREATE TABLE rule("         \
	" source TEXT NOT NULL,"     \
	" added INTEGER NOT NULL,"   \
	" removed INTEGER,"          \
	" target TEXT NOT NULL,"     \
	" code INTEGER NOT NULL,"    \
	" max_age INTEGER NOT NULL," \
	" flags INTEGER NOT NULL,"   \
	" keys TEXT,"                \
	" PRIMARY KEY(source, flags, added)) WITHOUT ROWID;"

/*
 * The key alone is the index: rules come sorted by source without another
 * one, and an import that writes in that order only appends. Pages of 16 KiB
 * made it a quarter faster than pages of 4.
 */
/* pruned(), one row, is made when releases are first forgotten. */
#define STORE_SCHEMA                                                    \
	"PRAGMA page_size = 16384;"                                     \
	"BEGIN IMMEDIATE;" STORE_RULE_TABLE "CREATE TABLE release("     \
	" number INTEGER PRIMARY KEY,"                                  \
	" time INTEGER NOT NULL,"                                       \
	" user TEXT NOT NULL,"                                          \
	" command TEXT NOT NULL,"                                       \
	" message TEXT NOT NULL,"                                       \
	" added INTEGER NOT NULL,"                                      \
	" removed INTEGER NOT NULL,"                                    \
	" changed INTEGER NOT NULL,"                                    \
	" rules INTEGER NOT NULL,"                                      \
	" restores INTEGER);"                                           \
	"PRAGMA application_id = " STORE_TEXT(                          \
		STORE_APPLICATION) ";"                                  \
				   "PRAGMA user_version = " STORE_TEXT( \
					   STORE_VERSION) ";"           \
							  "COMMIT;"

#endif
