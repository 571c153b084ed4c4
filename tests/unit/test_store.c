// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "error.h"
#include "source_set.h"
#include "rule.h"
#include "rule_order.h"
#include "state.h"
#include "state_init.h"
#include "state_dir.h"
#include "store.h"
#include "store_diff.h"
#include "store_keep.h"
#include "store_renew.h"
#include "store_rules_insert.h"
#include "store_release.h"
#include "store_rule.h"
#include "store_scan.h"

static struct store *store_new(void)
{
	struct store *store;

	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(store_open(&store, state_dir, STORE_CREATE), 0);
	return store;
}

static void add(struct store *store, uint64_t release, const char *source,
		const char *tag)
{
	struct rule rule = {
		.source = source,
		.target = "-",
		.tag = tag,
		.note = "",
		.headers = "",
		.source_len = strlen(source),
		.target_len = 1,
		.max_age = LIMIT_MAX_AGE,
		.code = 410,
		.query_drop = true,
	};

	assert_int_equal(store_rule_add(store, release, &rule), 0);
}

static int remove_rule(struct store *store, uint64_t release,
		       const char *source)
{
	struct rule rule = {.source = source};

	return store_rule_remove(store, release, &rule);
}

/* The sources of a scan and the lengths of their tags, as one text. */
static const char *scan(struct store *store, uint64_t base, const char *from,
			const char *until)
{
	static char text[200];
	struct store_scan *rows;
	struct rule rule;
	int err;

	text[0] = '\0';
	assert_int_equal(store_scan_open(&rows, store, base, from, until), 0);
	while ((err = store_scan_next(rows, &rule)) > 0) {
		assert_int_equal(rule.source_len, strlen(rule.source));
		assert_int_equal(rule.code, 410);
		assert_int_equal(rule.max_age, LIMIT_MAX_AGE);
		assert_true(rule.query_drop);
		strcat(strcat(strcat(text, rule.source), rule.tag), " ");
	}
	assert_int_equal(err, 0);
	store_scan_close(rows);
	return text;
}

/* Rules of one source come in the order of their kinds, and each alone is
 * removed. */
static void test_kinds(void **data)
{
	static const struct rule like = {
		.source = "a/",
		.target = "-",
		.tag = "",
		.note = "",
		.headers = "",
		.source_len = 2,
		.target_len = 1,
		.code = 410,
	};
	struct store *store = store_new();
	struct store_scan *rows = NULL;
	struct rule rule = like;
	unsigned int kind, seen = 0;

	(void)data;
	assert_int_equal(store_begin(store), 0);
	for (kind = RULE_ORDER_KINDS; kind-- > 0;) {
		rule.scheme = kind % RULE_ORDER_FOLD;
		rule.fold = kind >= RULE_ORDER_FOLD;
		rule.query_drop = kind & 1;
		rule.written = rule.fold ? "A/" : NULL;
		assert_int_equal(store_rule_add(store, 1, &rule), 0);
	}
	rule = like;
	rule.scheme = RULE_SCHEME_HTTP;
	assert_int_equal(store_rule_remove(store, 2, &rule), 0);
	assert_int_equal(store_rule_remove(store, 2, &rule), -ENOENT);
	assert_int_equal(store_scan_source(&rows, store, 2, "a/"), 0);
	while (store_scan_next(rows, &rule) > 0) {
		seen += seen == RULE_SCHEME_HTTP;
		assert_int_equal(rule_order_kind(&rule), seen++);
		assert_string_equal(rule_written(&rule),
				    rule.fold ? "A/" : "a/");
	}
	assert_int_equal(seen, RULE_ORDER_KINDS);
	store_scan_close(rows);
	store_rollback(store);
	store_close(store);
}

static void release_add(struct store *store, uint64_t number, uint64_t restores)
{
	struct store_release release = {
		.number = number,
		.time = 1700000000,
		.user = "me",
		.command = "test",
		.message = "",
		.rules = number * 10,
		.restores = restores,
	};

	assert_int_equal(store_release_add(store, &release), 0);
}

static void test_rules(void **data)
{
	struct store *store = store_new();

	(void)data;
	assert_int_equal(store_begin(store), 0);
	add(store, 1, "a/", "");
	add(store, 1, "b/x", "t");
	assert_int_equal(remove_rule(store, 2, "a/"), 0);
	add(store, 2, "a/", "new");
	add(store, 2, "a.b/", "");
	assert_int_equal(remove_rule(store, 3, "b/x"), 0);
	assert_int_equal(remove_rule(store, 3, "nix/"), -ENOENT);
	assert_int_equal(store_commit(store), 0);
	assert_string_equal(scan(store, 0, NULL, NULL), "");
	assert_string_equal(scan(store, 1, NULL, NULL), "a/ b/xt ");
	assert_string_equal(scan(store, 2, NULL, NULL), "a.b/ a/new b/xt ");
	assert_string_equal(scan(store, 3, NULL, NULL), "a.b/ a/new ");
	assert_string_equal(scan(store, 3, "a/", "a0"), "a/new ");
	assert_string_equal(scan(store, 3, "a/\x01", NULL), "");
	store_close(store);
}

struct feed {
	const char *const *source;
	struct rule rule;
};

/* Sources up to NULL; what begins with '!' fails. */
static int feed_next(void *arg, struct rule *rule)
{
	struct feed *feed = arg;
	const char *source = *feed->source++;

	if (!source)
		return 0;
	if (*source == '!')
		return error_set(-EIO, "no more rules");
	*rule = feed->rule;
	rule->source = source;
	rule->source_len = strlen(source);
	return 1;
}

static int fill(struct store *store, uint64_t release,
		const char *const *sources)
{
	struct feed feed = {
		.source = sources,
		.rule = {.target = "-",
			 .tag = "t",
			 .note = "",
			 .headers = "",
			 .target_len = 1,
			 .max_age = LIMIT_MAX_AGE,
			 .code = 410,
			 .query_drop = true},
	};

	return store_rules_insert(store, release, feed_next, &feed);
}

static void test_fill(void **data)
{
	struct store *store = store_new();

	(void)data;
	assert_int_equal(store_begin(store), 0);
	add(store, 1, "b/", "");
	assert_int_equal(fill(store, 1, (const char *const[]){NULL}), 0);
	assert_int_equal(fill(store, 1,
			      (const char *const[]){"a/", "a/x", "c/", NULL}),
			 0);
	assert_int_equal(fill(store, 2, (const char *const[]){"d/", NULL}), 0);
	assert_int_equal(store_rule_delta(store), 5);
	assert_int_equal(store_touched(store)->count, 5);
	assert_string_equal(store_touched(store)->source[2], "a/x");
	assert_int_equal(store_commit(store), 0);
	assert_string_equal(scan(store, 1, NULL, NULL), "a/t a/xt b/ c/t ");
	assert_string_equal(scan(store, 2, NULL, NULL), "a/t a/xt b/ c/t d/t ");
	store_close(store);
}

/* What fails leaves nothing behind, and no transaction. */
static void test_fill_fails(void **data)
{
	static const char *const feeds[][4] = {
		{"b/", "c/", "!"},  /* the source */
		{"b/", "c/", "c/"}, /* the store: the same rule twice */
		{"!"},
	};
	struct store *store = store_new();
	size_t i;

	(void)data;
	for (i = 0; i < sizeof(feeds) / sizeof(*feeds); i++) {
		bool twice = i == 1;

		assert_int_equal(store_begin(store), 0);
		add(store, 1, "a/", "");
		assert_int_equal(fill(store, 1, feeds[i]), -EIO);
		assert_non_null(strstr(error_text(),
				       twice ? "UNIQUE" : "no more rules"));
		store_rollback(store);
		assert_string_equal(scan(store, 1, NULL, NULL), "");
	}
	assert_int_equal(store_begin(store), 0);
	assert_int_equal(fill(store, 1, (const char *const[]){"a/", NULL}), 0);
	assert_int_equal(store_commit(store), 0);
	assert_string_equal(scan(store, 1, NULL, NULL), "a/t ");
	store_close(store);
}

/* A rule with all keys, or without those that few have. */
static void keys_set(struct rule *rule, bool all)
{
	*rule = (struct rule){
		.source = all ? "all/" : "few/",
		.target = "https://t/",
		.tag = "",
		.note = all ? "a note, \xc3\xbc" : "",
		.headers = all ? "A: b\r\nC: d\r\n" : "",
		.source_len = 4,
		.target_len = 10,
		.max_age = 3600,
		.code = 301,
	};
	if (all)
		rule->final = (struct rule_final){308, LIMIT_MAX_AGE};
}

static int keys_next(void *arg, struct rule *rule)
{
	int *at = arg;

	if (*at == 2)
		return 0;
	keys_set(rule, !*at);
	++*at;
	return 1;
}

static void keys_check(struct store *store, uint64_t release)
{
	struct store_scan *rows;
	struct rule rule, want;
	int all;

	assert_int_equal(store_scan_open(&rows, store, release, NULL, NULL), 0);
	for (all = 1; all >= 0; all--) {
		assert_int_equal(store_scan_next(rows, &rule), 1);
		keys_set(&want, all);
		assert_true(rule_equal(&rule, &want));
	}
	assert_int_equal(store_scan_next(rows, &rule), 0);
	store_scan_close(rows);
}

/* All that a rule has comes back, however it was written. */
static void test_keys(void **data)
{
	struct store *store = store_new();
	struct store_counts counts;
	struct rule rule;
	int at = 0;

	(void)data;
	keys_set(&rule, true);
	assert_int_equal(store_rule_add(store, 1, &rule), 0);
	keys_set(&rule, false);
	assert_int_equal(store_rule_add(store, 1, &rule), 0);
	release_add(store, 1, STORE_NO_ROWS);
	keys_check(store, 1);
	assert_int_equal(remove_rule(store, 2, "all/"), 0);
	assert_int_equal(remove_rule(store, 2, "few/"), 0);
	assert_int_equal(store_rules_insert(store, 2, keys_next, &at), 0);
	release_add(store, 2, STORE_NO_ROWS);
	keys_check(store, 2);
	assert_int_equal(store_difference(store, 1, 2, &counts), 0);
	assert_int_equal(counts.changed, 0);
	assert_int_equal(store_materialise(store, 3, 1), 0);
	release_add(store, 3, STORE_NO_ROWS);
	keys_check(store, 3);
	rule.note = "x";
	assert_int_equal(remove_rule(store, 4, "few/"), 0);
	assert_int_equal(store_rule_add(store, 4, &rule), 0);
	release_add(store, 4, STORE_NO_ROWS);
	assert_int_equal(store_difference(store, 1, 4, &counts), 0);
	assert_int_equal(counts.changed, 1);
	store_close(store);
}

static void test_scan_source(void **data)
{
	static const char *const sources[] = {"a/", "a/*", "a/b", "a/b?",
					      "a/b?c"};
	struct store *store = store_new();
	struct store_scan *rows = NULL;
	struct rule rule;
	size_t i;

	(void)data;
	for (i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		add(store, 1, sources[i], "");
	for (i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		assert_int_equal(store_scan_source(&rows, store, 1, sources[i]),
				 0);
		assert_int_equal(store_scan_next(rows, &rule), 1);
		assert_string_equal(rule.source, sources[i]);
		assert_int_equal(store_scan_next(rows, &rule), 0);
	}
	assert_int_equal(store_scan_source(&rows, store, 1, "a/bc"), 0);
	assert_int_equal(store_scan_next(rows, &rule), 0);
	store_scan_close(rows);
	store_close(store);
}

static void test_materialise_and_forget(void **data)
{
	struct store *store = store_new();

	(void)data;
	add(store, 1, "kept/", "");
	add(store, 1, "gone/", "1");
	release_add(store, 1, STORE_NO_ROWS);
	assert_int_equal(remove_rule(store, 2, "gone/"), 0);
	add(store, 2, "gone/", "2");
	add(store, 2, "new/", "");
	release_add(store, 2, STORE_NO_ROWS);
	release_add(store, 3, 1);

	assert_int_equal(store_materialise(store, 4, 1), 0);
	release_add(store, 4, STORE_NO_ROWS);
	assert_string_equal(scan(store, 4, NULL, NULL), "gone/1 kept/ ");
	assert_string_equal(scan(store, 2, NULL, NULL), "gone/2 kept/ new/ ");
	assert_string_equal(scan(store, 1, NULL, NULL), "gone/1 kept/ ");

	assert_int_equal(remove_rule(store, 4, "gone/"), 0);
	add(store, 4, "gone/", "4");
	assert_string_equal(scan(store, 4, NULL, NULL), "gone/4 kept/ ");

	assert_int_equal(store_truncate(store, 2), 0);
	assert_string_equal(scan(store, 2, NULL, NULL), "gone/2 kept/ new/ ");
	assert_string_equal(scan(store, 9, NULL, NULL), "gone/2 kept/ new/ ");
	assert_string_equal(scan(store, 1, NULL, NULL), "gone/1 kept/ ");
	store_close(store);
}

static int log_take(const struct store_release *release, void *arg)
{
	uint64_t *sum = arg;

	*sum = *sum * 10 + release->number;
	assert_string_equal(release->user, "me");
	return release->number == 2 ? 5 : 0;
}

static void test_releases(void **data)
{
	struct store *store = store_new();
	uint64_t last, base, rules, sum = 0;

	(void)data;
	assert_int_equal(store_last(store, &last), 0);
	assert_int_equal(last, 0);
	release_add(store, 1, STORE_NO_ROWS);
	release_add(store, 2, STORE_NO_ROWS);
	release_add(store, 3, 0);
	release_add(store, 4, 1);
	assert_int_equal(store_last(store, &last), 0);
	assert_int_equal(last, 4);
	assert_int_equal(store_rows(store, 0, &base, &rules), 0);
	assert_true(base == 0 && rules == 0);
	assert_int_equal(store_rows(store, 2, &base, &rules), 0);
	assert_true(base == 2 && rules == 20);
	assert_int_equal(store_rows(store, 3, &base, &rules), 0);
	assert_true(base == 0 && rules == 30);
	assert_int_equal(store_rows(store, 4, &base, &rules), 0);
	assert_true(base == 1 && rules == 40);
	assert_int_equal(store_rows(store, 5, &base, &rules), -ENOENT);
	assert_int_equal(store_log(store, 1, 4, log_take, &sum), 5);
	assert_int_equal(sum, 432);
	store_close(store);
}

static void test_transaction(void **data)
{
	struct store *store = store_new(), *reader;

	(void)data;
	assert_int_equal(store_begin(store), 0);
	add(store, 1, "a/", "");
	assert_int_equal(store_open(&reader, state_dir, STORE_READ), 0);
	assert_string_equal(scan(reader, 1, NULL, NULL), "");
	store_rollback(store);
	store_rollback(store);
	assert_string_equal(scan(store, 1, NULL, NULL), "");
	assert_int_equal(store_begin(store), 0);
	add(store, 1, "a/", "");
	assert_int_equal(store_commit(store), 0);
	assert_string_equal(scan(reader, 1, NULL, NULL), "a/ ");
	assert_int_equal(store_truncate(reader, 0), -EROFS);
	store_close(reader);
	store_close(store);
	store_close(NULL);
}

static void pragma(const char *text)
{
	char path[PATH_MAX];
	sqlite3 *db;

	state_path(path, state_dir, "detour.db");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_open(void **data)
{
	static const struct {
		const char *what, *sql;
		int err;
		const char *text;
	} cases[] = {
		{"ours", "PRAGMA user_version = 4", 0, ""},
		{"older", "PRAGMA user_version = 3", 0, ""},
		{"much older", "PRAGMA user_version = 1", 0, ""},
		{"newer", "PRAGMA user_version = 6", -EPROTONOSUPPORT,
		 "was written by a newer detour (version 6); this one reads "
		 "versions 1 to 4"},
		{"foreign", "PRAGMA application_id = 7", -EBADMSG,
		 "is not a store of detour"},
		{"somebody's tables",
		 "PRAGMA application_id = 0; PRAGMA user_version = 0", -EBADMSG,
		 "is not a store of detour"},
	};
	struct store *store;
	int mode;
	size_t i;

	(void)data;
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_false(store_exists(state_dir));
	assert_int_equal(store_open(&store, state_dir, STORE_READ), -ENOENT);
	assert_int_equal(store_open(&store, state_dir, STORE_WRITE), -ENOENT);
	assert_null(store);
	state_dir_write("detour.db", "", 0);
	assert_int_equal(store_open(&store, state_dir, STORE_READ), -EBADMSG);
	store_close(store_new());
	assert_true(store_exists(state_dir));
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("  %s\n", cases[i].what);
		pragma(cases[i].sql);
		for (mode = STORE_READ; mode <= STORE_BULK; mode++) {
			assert_int_equal(store_open(&store, state_dir, mode),
					 cases[i].err);
			if (cases[i].err)
				assert_non_null(
					strstr(error_text(), cases[i].text));
			store_close(store);
		}
	}
	state_dir_write("detour.db", "no database, this", 17);
	assert_int_equal(store_open(&store, state_dir, STORE_WRITE), -EBADMSG);
}

/* Makes the store one of version 2. */
#define STORE_OF_2                                            \
	"ALTER TABLE rule RENAME COLUMN flags TO query_drop;" \
	"ALTER TABLE rule RENAME COLUMN keys TO tag;"         \
	"PRAGMA user_version = 2"

/* What another process does to the store, which waits for nobody. */
static int renew(void)
{
	char path[PATH_MAX];
	sqlite3 *db;
	int code;

	state_path(path, state_dir, "detour.db");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	code = sqlite3_exec(
		db,
		"ALTER TABLE rule RENAME COLUMN query_drop TO flags;"
		"ALTER TABLE rule RENAME COLUMN tag TO keys;"
		"PRAGMA user_version = 4",
		NULL, NULL, NULL);
	sqlite3_close(db);
	return code;
}

/* A scan that has begun is of the version that it was compiled for, from before
 * its first row on. */
static void test_renewed_while_read(void **data)
{
	struct store *store = store_new();
	struct store_scan *rows;
	struct rule rule;

	(void)data;
	assert_int_equal(store_begin(store), 0);
	add(store, 1, "a.example/", "t");
	assert_int_equal(store_commit(store), 0);
	store_close(store);
	pragma(STORE_OF_2);
	assert_int_equal(store_open(&store, state_dir, STORE_READ), 0);
	assert_int_equal(store_scan_open(&rows, store, 1, NULL, NULL), 0);
	assert_int_equal(renew(), SQLITE_BUSY);
	assert_int_equal(store_scan_next(rows, &rule), 1);
	store_scan_close(rows);
	assert_int_equal(renew(), SQLITE_OK);
	assert_string_equal(scan(store, 1, NULL, NULL), "a.example/t ");
	store_close(store);
}

/* SQLite's files. The end of the next commit fails: before the journal is gone,
 * or behind that. */
static sqlite3_vfs *files;
static enum { FAILS_NOT, FAILS_BEFORE, FAILS_BEHIND } fails;

static int journal_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	int code = SQLITE_IOERR_DIR_FSYNC;

	(void)vfs;
	if (!fails || !strstr(name, "detour.db-journal"))
		return files->xDelete(files, name, sync);
	if (fails == FAILS_BEHIND)
		files->xDelete(files, name, sync);
	fails = FAILS_NOT;
	return code;
}

static int renewed(const struct rule *rule, const char *now,
		   enum store_renewed what, void *arg)
{
	(void)rule, (void)now, (void)what, (void)arg;
	return 0;
}

/* A commit that failed without being undone leaves what was before. */
static void test_failed_renewal(void **data)
{
	struct store *store = store_new();
	sqlite3_vfs failing;
	uint64_t bytes;
	int i;

	(void)data;
	store_close(store);
	files = sqlite3_vfs_find(NULL);
	failing = *files;
	failing.zName = "failing";
	failing.xDelete = journal_delete;
	sqlite3_vfs_register(&failing, 1);
	pragma(STORE_OF_2);
	for (i = FAILS_BEFORE; i <= FAILS_BEHIND; i++) {
		print_message("  %d\n", i);
		assert_int_equal(store_open(&store, state_dir, STORE_WRITE), 0);
		assert_int_equal(store_begin(store), 0);
		assert_int_equal(store_renew(store, 0, renewed, NULL), 0);
		fails = i;
		assert_int_not_equal(store_commit(store), 0);
		assert_non_null(strstr(error_text(), "commit a change"));
		store_rollback(store);
		store_close(store);
		assert_int_equal(store_kept(state_dir, &bytes),
				 i == FAILS_BEFORE ? 0 : 1 << 2);
	}
	/* the columns of before are there no more */
	assert_int_not_equal(renew(), SQLITE_OK);
	sqlite3_vfs_unregister(&failing);
}

static void test_damaged_row(void **data)
{
	static const struct {
		const char *what, *set;
	} cases[] = {
		{"source", "source = printf('%.*c', 9000, 'a')"},
		{"target", "target = printf('%.*c', 9000, 'a')"},
		{"tag", "keys = printf('%.*c', 65, 'a')"},
		{"note", "keys = printf(' note=%.*c', 257, 'a')"},
		{"headers", "keys = ' header=\"a: b' || char(13) || '\"'"},
		{"final code", "keys = ' final=307'"},
		{"no key", "keys = ' color=blue'"},
	};
	struct store *store = store_new();
	struct store_scan *rows;
	struct rule rule;
	char sql[400];
	size_t i;
	int err;

	(void)data;
	add(store, 1, "a/", "");
	store_close(store);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("  %s\n", cases[i].what);
		snprintf(
			sql, sizeof(sql),
			"DELETE FROM rule WHERE added = 2;"
			"INSERT INTO rule SELECT source, 2, NULL, target, code,"
			" max_age, flags, keys FROM rule; UPDATE rule SET %s WHERE added = 2",
			cases[i].set);
		pragma(sql);
		assert_int_equal(store_open(&store, state_dir, STORE_READ), 0);
		assert_int_equal(store_scan_open(&rows, store, 1, NULL, NULL),
				 0);
		assert_int_equal(store_scan_next(rows, &rule), 1);
		store_scan_close(rows);
		assert_int_equal(store_scan_open(&rows, store, 2, NULL, NULL),
				 0);
		do
			err = store_scan_next(rows, &rule);
		while (err > 0);
		assert_int_equal(err, -EBADMSG);
		store_scan_close(rows);
		store_close(store);
	}
}

#define TEST(fn) \
	cmocka_unit_test_setup_teardown(fn, state_dir_setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rules),
		TEST(test_scan_source),
		TEST(test_kinds),
		TEST(test_releases),
		TEST(test_materialise_and_forget),
		TEST(test_open),
		TEST(test_transaction),
		TEST(test_damaged_row),
		TEST(test_fill),
		TEST(test_fill_fails),
		TEST(test_keys),
		TEST(test_renewed_while_read),
		TEST(test_failed_renewal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
