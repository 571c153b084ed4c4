// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/file.h>
#include <unistd.h>
#include <cmocka.h>

#include "change.h"
#include "live_map.h"
#include "map_file.h"
#include "rule.h"
#include "state.h"
#include "state_dir.h"
#include "store.h"
#include "store_rule.h"

static void make(const char *source)
{
	struct change_note note = {.command = "test", .added = 1};
	struct rule rule = {
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
	struct change *change;

	assert_int_equal(change_begin(&change, state_dir, false, stderr), 0);
	assert_int_equal(change_take_rows(change), 0);
	assert_int_equal(store_rule_add(change_store(change),
					change_number(change), &rule),
			 0);
	assert_int_equal(change_commit(change, &note, NULL), 0);
	change_free(change);
}

/* A map that a worker holds stays mapped, however many come after it. */
static void test_held(void **data)
{
	const struct map *first, *second;
	struct live *live;

	(void)data;
	make("a.example/");
	assert_int_equal(live_open(&live, state_dir, 2), 0);
	assert_int_equal(live_check(live), 0);
	first = live_enter(live, 0);
	make("b.example/");
	assert_int_equal(live_check(live), 1);
	assert_int_equal(live_release(live), 2);
	second = live_enter(live, 1);
	assert_ptr_not_equal(first, second);
	assert_int_equal(live_reap(live), 1);
	assert_int_equal(map_rules(first), 1);
	assert_int_equal(map_verify(first), 0);
	make("c.example/");
	assert_int_equal(live_check(live), 1);
	assert_int_equal(live_reap(live), 2);
	live_leave(live, 0);
	assert_int_equal(live_reap(live), 1);
	assert_int_equal(map_rules(second), 2);
	assert_int_equal(map_verify(second), 0);
	live_leave(live, 1);
	assert_int_equal(live_reap(live), 0);
	assert_int_equal(live_rules(live), 3);
	live_close(live);
}

/* What cannot be taken over is told of once, and the old map answers on. */
static void test_told_once(void **data)
{
	static const char bad[] = "7 missing.map\n",
			  other[] = "8 missing.map\n";
	struct live *live;

	(void)data;
	make("a.example/");
	assert_int_equal(live_open(&live, state_dir, 1), 0);
	state_dir_write("live", bad, sizeof(bad) - 1);
	assert_int_equal(live_check(live), -ENOENT);
	assert_int_equal(live_check(live), 0);
	state_dir_write("live", other, sizeof(other) - 1);
	assert_int_equal(live_check(live), -ENOENT);
	assert_int_equal(live_check(live), 0);
	assert_int_equal(live_release(live), 1);
	assert_int_equal(live_rules(live), 1);
	live_close(live);
}

/* A server that begins while another has the file dropped from the cache: it
 * locks it as soon as it may. */
static void test_locked_later(void **data)
{
	char path[PATH_MAX];
	struct live *live;
	int fd;

	(void)data;
	make("a.example/");
	state_map_path(path, state_dir, "1.map");
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(live_open(&live, state_dir, 1), 0);
	assert_int_equal(flock(fd, LOCK_UN), 0);
	assert_int_equal(live_check(live), 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	live_close(live);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_held, state_dir_setup,
						state_dir_teardown),
		cmocka_unit_test_setup_teardown(
			test_locked_later, state_dir_setup, state_dir_teardown),
		cmocka_unit_test_setup_teardown(test_told_once, state_dir_setup,
						state_dir_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
