// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/file.h>
#include <cmocka.h>

#include "error.h"
#include "live_file.h"
#include "state.h"
#include "state_init.h"
#include "state_dir.h"

static void test_live_read(void **data)
{
	static const struct {
		const char *what, *text;
		size_t len;
		int err;
		uint64_t release;
		const char *map;
	} cases[] = {
		{"a release", "12 12.map\n", 10, 0, 12, "12.map"},
		{"a release without rules", "12 -\n", 5, 0, 12, ""},
		{"none yet", "0 -\n", 4, 0, 0, ""},
		{"empty", "", 0, -EBADMSG, 0, ""},
		{"no line end", "12 12.map", 9, -EBADMSG, 0, ""},
		{"two lines", "12 12.map\n1 -\n", 14, -EBADMSG, 0, ""},
		{"no map", "12\n", 3, -EBADMSG, 0, ""},
		{"empty map", "12 \n", 4, -EBADMSG, 0, ""},
		{"no release", " 12.map\n", 8, -EBADMSG, 0, ""},
		{"negative", "-1 1.map\n", 9, -EBADMSG, 0, ""},
		{"another folder", "1 ../1.map\n", 11, -EBADMSG, 0, ""},
		{"a hidden file", "1 .map\n", 7, -EBADMSG, 0, ""},
		{"a NUL", "1 a\0b\n", 6, -EBADMSG, 0, ""},
		{"zeros", "\0\0\0\0", 4, -EBADMSG, 0, ""},
		{"too large a number", "1234567890123456789 -\n", 22, -EBADMSG,
		 0, ""},
		{"too long a name",
		 "1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
		 71, -EBADMSG, 0, ""},
	};
	struct live_file live;
	size_t i;

	(void)data;
	assert_int_equal(live_file_read(state_dir, &live), -ENOENT);
	assert_int_equal(state_init(state_dir, stderr), 0);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		print_message("  %s\n", cases[i].what);
		state_dir_write("live", cases[i].text, cases[i].len);
		assert_int_equal(live_file_read(state_dir, &live),
				 cases[i].err);
		if (cases[i].err)
			continue;
		assert_int_equal(live.release, cases[i].release);
		assert_string_equal(live.map, cases[i].map);
	}
}

static void test_live_write(void **data)
{
	const struct live_file in = {.release = 7, .map = "7.map"};
	const struct live_file none = {.release = 8};
	struct live_file out;
	char blocked[PATH_MAX];

	(void)data;
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(live_file_write(state_dir, &in), 0);
	assert_int_equal(live_file_read(state_dir, &out), 0);
	assert_int_equal(out.release, 7);
	assert_string_equal(out.map, "7.map");
	assert_int_equal(live_file_write(state_dir, &none), 0);
	assert_int_equal(live_file_read(state_dir, &out), 0);
	assert_string_equal(out.map, "");
	assert_false(state_dir_has("live.tmp"));

	state_path(blocked, state_dir, "nowhere");
	assert_int_equal(live_file_write(blocked, &in), -ENOENT);
	assert_non_null(strstr(error_text(), "nowhere"));
}

static void test_init(void **data)
{
	char deep[PATH_MAX];
	struct live_file live;

	(void)data;
	/* The last component only. */
	snprintf(deep, sizeof(deep), "%s/a//", state_dir_base);
	assert_int_equal(state_find(deep), -ENOENT);
	assert_int_equal(state_init(deep, stderr), 0);
	assert_int_equal(state_find(deep), 0);
	snprintf(deep, sizeof(deep), "%s/a/b//c/", state_dir_base);
	assert_int_equal(state_init(deep, stderr), -ENOENT);
	assert_non_null(strstr(error_text(), "there is no directory"));
	snprintf(deep, sizeof(deep), "%s/a//b", state_dir_base);
	assert_int_equal(state_init(deep, stderr), 0);
	assert_int_equal(live_file_read(deep, &live), 0);
	assert_int_equal(live.release, 0);

	assert_int_equal(state_init(state_dir, stderr), 0);
	state_dir_write("live", "5 5.map\n", 8);
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(live_file_read(state_dir, &live), 0);
	assert_int_equal(live.release, 5);
	assert_true(state_dir_has("maps") && state_dir_has("servers"));

	state_dir_write("detour.db", "x", 1);
	snprintf(deep, sizeof(deep), "%s/live", state_dir);
	unlink(deep);
	assert_int_equal(state_init(state_dir, stderr), 0);
	assert_int_equal(live_file_read(state_dir, &live), -ENOENT);

	state_dir_write("file", "", 0);
	snprintf(deep, sizeof(deep), "%s/file", state_dir);
	assert_int_equal(state_init(deep, stderr), -ENOTDIR);
	snprintf(deep, sizeof(deep), "%s/file/x", state_dir);
	assert_int_equal(state_init(deep, stderr), -ENOTDIR);
}

static void test_lock(void **data)
{
	char path[PATH_MAX];
	int lock, other;

	(void)data;
	assert_int_equal(state_init(state_dir, stderr), 0);
	lock = state_lock(state_dir, stderr);
	assert_true(lock >= 0);
	state_path(path, state_dir, "lock");
	other = open(path, O_RDWR);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
	close(lock);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
	close(other);
}

static void test_default(void **data)
{
	(void)data;
	assert_int_equal(setenv("DETOUR_STATE", "/some/where", 1), 0);
	assert_string_equal(state_default(), "/some/where");
	unsetenv("DETOUR_STATE");
	if (!geteuid()) {
		assert_string_equal(state_default(), "/var/lib/detour");
		assert_int_equal(seteuid(65534), 0);
	}
	setenv("HOME", "/home/x", 1);
	setenv("XDG_STATE_HOME", "/xdg", 1);
	assert_string_equal(state_default(), "/xdg/detour");
	setenv("XDG_STATE_HOME", "relative", 1);
	assert_string_equal(state_default(), "/home/x/.local/state/detour");
	unsetenv("HOME");
	assert_null(state_default());
	assert_int_equal(seteuid(getuid()), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_live_read, state_dir_setup,
						state_dir_teardown),
		cmocka_unit_test_setup_teardown(
			test_live_write, state_dir_setup, state_dir_teardown),
		cmocka_unit_test_setup_teardown(test_init, state_dir_setup,
						state_dir_teardown),
		cmocka_unit_test_setup_teardown(test_lock, state_dir_setup,
						state_dir_teardown),
		cmocka_unit_test(test_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
