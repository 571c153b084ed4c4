// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "error.h"
#include "rule.h"
#include "state_dir.h"
#include "state_init.h"
#include "store.h"
#include "store_draft.h"
#include "store_draft_diff.h"
#include "store_draft_write.h"
#include "store_prune.h"
#include "store_release.h"
#include "store_rule.h"
#include "store_scan.h"

static struct rule rule_of(const char *source, const char *tag)
{
	return (struct rule){
		.source = source,
		.target = "-",
		.tag = tag,
		.note = "",
		.headers = "",
		.source_len = strlen(source),
		.target_len = 1,
		.code = 410,
	};
}

static void release_add(struct store *store, uint64_t number, uint64_t rules,
			const char *command)
{
	struct store_release release = {
		.number = number,
		.user = "u",
		.command = command,
		.message = "",
		.rules = rules,
		.restores = STORE_NO_ROWS,
	};

	assert_int_equal(store_release_add(store, &release), 0);
}

static void add(struct store *store, uint64_t release, const char *source)
{
	struct rule rule = rule_of(source, "old");

	assert_int_equal(store_rule_add(store, release, &rule), 0);
}

/* Release 1 has a/, b/, c/x; release 2 has d/, too. */
static struct store *store_new(void)
{
	struct store *store;

	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(store_open(&store, state_dir, STORE_CREATE), 0);
	assert_int_equal(store_begin(store), 0);
	add(store, 1, "a/");
	add(store, 1, "b/");
	add(store, 1, "c/x");
	release_add(store, 1, 3, "import");
	add(store, 2, "d/");
	release_add(store, 2, 4, "add");
	assert_int_equal(store_commit(store), 0);
	return store;
}

static void put(struct store *store, struct store_draft *draft,
		const char *source, const char *tag)
{
	struct rule rule = rule_of(source, tag ? tag : "");
	int err = tag ? store_draft_put(store, draft, &rule)
		      : store_draft_take(store, draft, &rule);

	assert_int_equal(err, 0);
}

static struct store_draft draft_new(struct store *store, const char *name,
				    uint64_t base)
{
	struct store_draft draft = {.base = base};

	strcpy(draft.name, name);
	assert_int_equal(store_begin(store), 0);
	assert_int_equal(store_draft_make(store, &draft), 0);
	assert_int_equal(store_draft_save(store, &draft), 0);
	assert_int_equal(store_commit(store), 0);
	return draft;
}

/* "SOURCE=TAG ..." of a scan. */
static const char *scanned(struct store_scan *scan)
{
	static char text[400];
	struct rule rule;
	int got;

	text[0] = '\0';
	while ((got = store_scan_next(scan, &rule)) > 0)
		sprintf(text + strlen(text), "%s=%s ", rule.source, rule.tag);
	assert_int_equal(got, 0);
	return text;
}

static void assert_rules(struct store *store, uint64_t rows, const char *from,
			 const char *until, const char *want)
{
	struct store_scan *scan;

	assert_int_equal(store_scan_open(&scan, store, rows, from, until), 0);
	assert_string_equal(scanned(scan), want);
	store_scan_close(scan);
}

static void test_it_is_laid_over_its_release(void **state)
{
	static const char *const sources[] = {"a/", "aa/", "b/", "c/x", "e/"};
	static const char *const wants[] = {"a/=new ", "aa/=new ", "",
					    "c/x=old ", "e/=new "};
	struct store *store = store_new();
	struct store_draft draft = draft_new(store, "d", 1);
	struct store_scan *scan = NULL;
	size_t i;

	(void)state;
	assert_rules(store, draft.rows, NULL, NULL, "a/=old b/=old c/x=old ");
	put(store, &draft, "a/", "new");
	put(store, &draft, "aa/", "new");
	put(store, &draft, "b/", NULL);
	put(store, &draft, "bb/", NULL); /* there was none */
	put(store, &draft, "e/", "new");
	assert_rules(store, draft.rows, NULL, NULL,
		     "a/=new aa/=new c/x=old e/=new ");
	assert_rules(store, draft.rows, "aa/", "e/", "aa/=new c/x=old ");
	for (i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		assert_int_equal(store_scan_source(&scan, store, draft.rows,
						   sources[i]),
				 0);
		assert_string_equal(scanned(scan), wants[i]);
	}
	store_scan_close(scan);
	put(store, &draft, "b/", "back");
	put(store, &draft, "e/", NULL);
	assert_rules(store, draft.rows, "b/", NULL, "b/=back c/x=old ");
	assert_rules(store, 1, NULL, NULL, "a/=old b/=old c/x=old ");
	assert_rules(store, 2, "d/", NULL, "d/=old ");
	store_draft_end(&draft);
	store_close(store);
}

static void test_beside_a_release(void **state)
{
	struct store *store = store_new();
	struct store_draft draft = draft_new(store, "d", 1);
	struct store_draft_diff *diff;
	struct store_draft_place place;
	char text[400] = "";

	(void)state;
	put(store, &draft, "a/", "new");
	put(store, &draft, "b/", NULL);
	put(store, &draft, "bb/", NULL);
	put(store, &draft, "d/", "new");
	assert_int_equal(store_draft_diff_open(&diff, store, &draft, 2), 0);
	while (store_draft_diff_next(diff, &place) > 0)
		sprintf(text + strlen(text), "%s:%s ",
			place.draft ? place.draft->tag : "-",
			place.other ? place.other->tag : "-");
	store_draft_diff_close(diff);
	assert_string_equal(text, "new:old -:old -:- new:old ");
	store_draft_end(&draft);
	store_close(store);
}

static void test_names(void **state)
{
	struct store *store = store_new();
	struct store_draft found, draft;

	(void)state;
	assert_int_equal(store_draft_find(store, 2, "d", &found), -ENOENT);
	draft = draft_new(store, "d", 1);
	assert_int_equal(store_draft_find(store, 2, "d", &found), 0);
	assert_int_equal(found.base, 1);
	assert_int_equal(found.rules, 3);
	assert_int_equal(found.changes, 1);
	assert_int_equal(store_draft_same(store, &found), 0);
	assert_int_equal(store_draft_save(store, &draft), 0);
	assert_int_equal(store_draft_same(store, &found), -EAGAIN);
	store_draft_end(&found);
	assert_int_equal(store_draft_find(store, 2, "e", &found), -ENOENT);
	assert_int_equal(store_draft_drop(store, "e"), -ENOENT);
	assert_int_equal(store_draft_drop(store, "d"), 0);
	assert_int_equal(store_draft_same(store, &draft), -EAGAIN);
	assert_int_equal(store_draft_find(store, 2, "d", &found), -ENOENT);
	assert_int_equal(store_draft_name("a-B.9_"), 0);
	assert_int_equal(store_draft_name(""), -EINVAL);
	assert_int_equal(store_draft_name("a/b"), -EINVAL);
	store_draft_end(&draft);
	store_close(store);
}

static void test_it_becomes_a_release(void **state)
{
	struct store *store = store_new();
	struct store_draft draft = draft_new(store, "d", 2), found;

	(void)state;
	assert_int_equal(store_begin(store), 0);
	release_add(store, 3, 4, "cutover d");
	assert_int_equal(store_draft_became(store, &draft, 3), 0);
	assert_int_equal(store_commit(store), 0);
	/* Live is what was before: it will be undone, or go on. */
	assert_int_equal(store_draft_find(store, 2, "d", &found), 0);
	store_draft_end(&found);
	assert_int_equal(store_draft_find(store, 3, "d", &found), -ENOENT);
	assert_int_equal(store_truncate(store, 2), 0);
	assert_int_equal(store_begin(store), 0);
	release_add(store, 3, 4, "add x"); /* its number, but not its release */
	assert_int_equal(store_commit(store), 0);
	assert_int_equal(store_draft_purge(store), 0);
	assert_int_equal(store_draft_find(store, 3, "d", &found), 0);
	store_draft_end(&found);
	assert_int_equal(store_begin(store), 0);
	release_add(store, 4, 4, "cutover d");
	assert_int_equal(store_draft_became(store, &draft, 4), 0);
	assert_int_equal(store_commit(store), 0);
	assert_int_equal(store_draft_purge(store), 0);
	assert_int_equal(store_draft_find(store, 3, "d", &found), -ENOENT);
	store_draft_end(&draft);
	store_close(store);
}

static void test_prune_keeps_its_rows(void **state)
{
	const struct store_pruned pruned = {.before = 2};
	struct store *store = store_new();
	struct store_draft draft = draft_new(store, "d", 1), found;
	struct rule rule = rule_of("a/", "");
	uint64_t releases, rows, all;

	(void)state;
	assert_int_equal(store_rule_remove(store, 2, &rule), 0);
	assert_int_equal(store_prune_look(store, 2, &releases, &rows, &all), 0);
	assert_int_equal(rows, 0);
	assert_int_equal(store_prune(store, &pruned, &releases, &rows), 0);
	assert_int_equal(releases, 1);
	assert_int_equal(rows, 0);
	assert_rules(store, draft.rows, NULL, NULL, "a/=old b/=old c/x=old ");
	assert_int_equal(store_draft_find(store, 2, "d", &found), 0);
	store_draft_end(&found);
	assert_int_equal(store_draft_drop(store, "d"), 0);
	assert_int_equal(store_prune_look(store, 2, &releases, &rows, &all), 0);
	assert_int_equal(rows, 1);
	store_draft_end(&draft);
	store_close(store);
}

#define TEST(fn) \
	cmocka_unit_test_setup_teardown(fn, state_dir_setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_it_is_laid_over_its_release),
		TEST(test_beside_a_release),
		TEST(test_names),
		TEST(test_it_becomes_a_release),
		TEST(test_prune_keeps_its_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
