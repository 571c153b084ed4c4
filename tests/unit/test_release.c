// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "change.h"
#include "error.h"
#include "map_file.h"
#include "release.h"
#include "release_map.h"
#include "rule.h"
#include "state.h"
#include "state_dir.h"
#include "store.h"
#include "store_rule.h"

static const struct change_note note = {.command = "test", .added = 1};

static struct rule rule_of(const char *source)
{
	return (struct rule){
		.source = source,
		.target = "https://t.example/",
		.tag = "",
		.note = "",
		.headers = "",
		.source_len = strlen(source),
		.target_len = 18,
		.max_age = 3600,
		.code = 301,
	};
}

static struct change *begin(void)
{
	struct change *change;

	assert_int_equal(change_begin(&change, state_dir, false, stderr), 0);
	return change;
}

static void rule_write(struct change *change, const char *source)
{
	struct rule rule = rule_of(source);

	assert_int_equal(change_take_rows(change), 0);
	assert_int_equal(store_rule_add(change_store(change),
					change_number(change), &rule),
			 0);
}

static void make(const char *source)
{
	struct change *change = begin();

	rule_write(change, source);
	assert_int_equal(change_commit(change, &note, NULL), 0);
	change_free(change);
}

/* What is live, by its number and its rules. */
static void check_live(uint64_t number, uint64_t rules)
{
	struct live_file live;
	struct map *map;

	assert_int_equal(release_open_map(state_dir, &live, &map, stderr), 0);
	assert_int_equal(live.release, number);
	if (rules)
		assert_int_equal(map_rules(map), rules);
	else
		assert_null(map);
	map_close(map);
}

static void test_commit_and_give_up(void **data)
{
	struct change *change;
	struct live_file live;
	uint64_t rules;

	(void)data;
	assert_int_equal(release_read(state_dir, &live, stderr), -ENOENT);
	assert_false(state_dir_has("."));
	change = begin();
	assert_int_equal(change_live(change), 0);
	assert_int_equal(change_number(change), 1);
	rule_write(change, "a.example/");
	assert_int_equal(change_commit(change, &note, &rules), 0);
	assert_int_equal(rules, 1);
	change_free(change);
	check_live(1, 1);

	change = begin();
	rule_write(change, "b.example/");
	change_free(change);
	check_live(1, 1);
	change = begin();
	assert_int_equal(change_rules(change), 1);
	assert_int_equal(change_number(change), 2);
	change_free(change);
	change_free(NULL);
}

static void test_restore(void **data)
{
	struct change *change;
	struct stat a, b;
	char path[PATH_MAX];

	(void)data;
	make("a.example/");
	make("b.example/");
	change = begin();
	assert_int_equal(change_restore(change, 7), -ENOENT);
	assert_int_equal(change_restore(change, 1), 0);
	assert_int_equal(change_commit(change, &note, NULL), 0);
	change_free(change);
	check_live(3, 1);
	state_map_path(path, state_dir, "1.map");
	assert_int_equal(stat(path, &a), 0);
	state_map_path(path, state_dir, "3.map");
	assert_int_equal(stat(path, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);

	make("c.example/");
	check_live(4, 2);
	assert_false(state_dir_has("maps/1.map"));
	change = begin();
	assert_int_equal(change_restore(change, 3), 0);
	assert_int_equal(change_commit(change, &note, NULL), 0);
	change_free(change);
	check_live(5, 1);
	change = begin();
	assert_int_equal(change_rows(change), 1);
	assert_int_equal(change_restore(change, 2), 0);
	assert_int_equal(change_commit(change, &note, NULL), 0);
	change_free(change);
	check_live(6, 2);
	change = begin();
	assert_int_equal(change_restore(change, 0), 0);
	assert_int_equal(change_commit(change, &note, NULL), 0);
	change_free(change);
	check_live(7, 0);
}

struct feed {
	unsigned int left;
	int err;
	char source[32];
};

static int feed_next(void *arg, struct rule *rule)
{
	struct feed *feed = arg;

	if (!feed->left--)
		return feed->err ? error_set(feed->err, "the feed broke") : 0;
	snprintf(feed->source, sizeof(feed->source), "a.example/%u",
		 feed->left);
	*rule = rule_of(feed->source);
	return 1;
}

static void test_compile_beside(void **data)
{
	static const struct {
		const char *what;
		struct feed feed;
		bool commit;
		int err;
		uint64_t live;
	} cases[] = {
		{"sound", {1000, 0, ""}, true, 0, 2},
		{"given up", {100000, 0, ""}, false, 0, 2},
		{"breaks", {1000, -EPIPE, ""}, true, -EPIPE, 2},
		{"breaks at once", {0, -EPIPE, ""}, true, -EPIPE, 2},
		{"no rule", {0, 0, ""}, true, 0, 3},
	};
	size_t i;

	(void)data;
	make("a.example/");
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct feed feed = cases[i].feed;
		struct release_source source = {.next = feed_next,
						.arg = &feed};
		struct change *change = begin();
		struct live_file live;

		print_message("  %s\n", cases[i].what);
		assert_int_equal(change_compile(change, &source), 0);
		if (cases[i].commit)
			assert_int_equal(change_commit(change, &note, NULL),
					 cases[i].err);
		change_free(change);
		if (cases[i].err)
			assert_string_equal(error_text(), "the feed broke");
		assert_int_equal(release_read(state_dir, &live, stderr), 0);
		assert_int_equal(live.release, cases[i].live);
		assert_false(state_dir_has("maps/3.map.tmp"));
		assert_false(state_dir_has("maps/3.map"));
	}
}

static void test_map_rebuilt(void **data)
{
	static const struct {
		const char *what;
		int length; /* -1: removed */
		long flip;  /* -1: none */
	} cases[] = {
		{"missing", -1, -1},
		{"empty", 0, -1},
		{"truncated", 5000, -1},
		{"a bit of the header", -2, 20},
		{"a bit of a rule", -2, 4096 * 4 + 60},
	};
	char path[PATH_MAX];
	size_t i;

	(void)data;
	make("a.example/");
	state_map_path(path, state_dir, "1.map");
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("  %s\n", cases[i].what);
		if (cases[i].length == -1)
			assert_int_equal(unlink(path), 0);
		else if (cases[i].length >= 0)
			assert_int_equal(truncate(path, cases[i].length), 0);
		if (cases[i].flip >= 0) {
			FILE *file = fopen(path, "r+");
			int byte;

			assert_int_equal(fseek(file, cases[i].flip, 0), 0);
			byte = getc(file);
			assert_int_equal(fseek(file, cases[i].flip, 0), 0);
			putc(byte ^ 4, file);
			assert_int_equal(fclose(file), 0);
		}
		check_live(1, 1);
	}
}

static void test_map_beyond_repair(void **data)
{
	struct live_file live;
	char path[PATH_MAX];
	struct map *map;

	(void)data;
	make("a.example/");
	state_map_path(path, state_dir, "1.map");
	assert_int_equal(unlink(path), 0);
	state_path(path, state_dir, "detour.db");
	assert_int_equal(unlink(path), 0);
	assert_true(release_open_map(state_dir, &live, &map, stderr) < 0);
	assert_null(map);
	assert_non_null(strstr(error_text(), "cannot be rebuilt"));
}

static void test_repair(void **data)
{
	struct live_file live;
	char path[PATH_MAX];

	(void)data;
	assert_int_equal(release_repair(state_dir, stderr), 0);
	assert_int_equal(release_read(state_dir, &live, stderr), 0);
	assert_int_equal(live.release, 0);
	make("a.example/");
	make("b.example/");
	assert_int_equal(release_repair(state_dir, stderr), 0);
	check_live(2, 2);
	state_path(path, state_dir, "live");
	assert_int_equal(unlink(path), 0);
	check_live(2, 2);
	state_dir_write("live", "what?", 5);
	assert_int_equal(release_repair(state_dir, stderr), 0);
	check_live(2, 2);
}

/* A failure at the very last step: the store has committed already. */
static void test_cutover_fails(void **data)
{
	struct change *change;
	char path[PATH_MAX];

	(void)data;
	make("a.example/");
	change = begin();
	rule_write(change, "b.example/");
	state_path(path, state_dir, "live.tmp");
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(change_commit(change, &note, NULL), -EEXIST);
	change_free(change);
	assert_non_null(strstr(error_text(), "live.tmp"));
	assert_int_equal(rmdir(path), 0);
	check_live(1, 1);
	assert_false(state_dir_has("maps/2.map"));
	change = begin();
	assert_int_equal(change_rules(change), 1);
	rule_write(change, "b.example/");
	assert_int_equal(change_commit(change, &note, NULL), 0);
	change_free(change);
	check_live(2, 2);
}

#define TEST(fn) \
	cmocka_unit_test_setup_teardown(fn, state_dir_setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_commit_and_give_up), TEST(test_restore),
		TEST(test_compile_beside),     TEST(test_map_rebuilt),
		TEST(test_map_beyond_repair),  TEST(test_repair),
		TEST(test_cutover_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
