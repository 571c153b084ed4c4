// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fast_instance.h"
#include "fast_pin.h"

static void test_escape(void **state)
{
	static const struct {
		const char *real, *name;
	} cases[] = {
		{"/", ""},
		{"/var/lib/detour", "var-lib-detour"},
		{"/a.b", "a_2eb"},
		{"/a-b_c/d", "a_2db_5fc-d"},
		{"/\xc3\xa4 \x7f", "_c3_a4_20_7f"},
	};
	char name[FAST_PIN_NAME_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fast_pin_escape(name, cases[i].real);
		assert_string_equal(name, cases[i].name);
	}
}

/* Long ones are cut, and stay different and short enough for a file system. */
static void test_long(void **state)
{
	char real[PATH_MAX], whole[FAST_PIN_NAME_SIZE], one[FAST_PIN_NAME_SIZE],
		other[FAST_PIN_NAME_SIZE];

	(void)state;
	memset(real, 'x', sizeof(real));
	real[0] = '/';
	real[201] = '\0';
	fast_pin_escape(whole, real);
	assert_int_equal(strlen(whole), 200);
	assert_string_equal(whole, real + 1);
	real[201] = 'x';
	real[202] = '\0';
	fast_pin_escape(one, real);
	assert_int_equal(strlen(one), 180 + 2 + 16);
	assert_memory_equal(one, real + 1, 180);
	real[201] = 'y';
	fast_pin_escape(other, real);
	assert_memory_equal(other, one, 182);
	assert_string_not_equal(other, one);
	memset(real + 1, '.', PATH_MAX - 2);
	real[PATH_MAX - 1] = '\0';
	fast_pin_escape(one, real);
	assert_int_equal(strlen(one), 180 + 2 + 16);
}

static void test_interface(void **state)
{
	static const struct {
		const char *interface, *name;
	} cases[] = {
		{"eth0", "eth0"},
		{"eth0.100", "eth0_2e100"},
		{"br-1_2", "br_2d1_5f2"},
		{"arena", "_61rena"},
		{"addresses", "_61ddresses"},
		{"releases2", "releases2"},
		{"cookie_keys", "_63ookie_5fkeys"},
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		 "_ff_ff_ff_ff_ff_ff_ff_ff_ff_ff_ff_ff_ff_ff_ff"},
	};
	char name[FAST_PIN_NAME_SIZE], back[IF_NAMESIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fast_pin_interface(name, cases[i].interface);
		assert_string_equal(name, cases[i].name);
		assert_int_equal(fast_pin_parse(back, sizeof(back), name), 0);
		assert_string_equal(back, cases[i].interface);
	}
}

static void test_parse_refused(void **state)
{
	static const char *const cases[] = {
		"",	".",	    "a.b",	   "a-b",
		"_",	"_2",	    "_g0",	   "_2E",
		"a_00", "layout_1", "cookie_keys", "sixteens_2eletters",
	};
	char back[IF_NAMESIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(fast_pin_parse(back, sizeof(back), cases[i]),
				 -EINVAL);
	assert_int_equal(fast_pin_parse(back, sizeof(back), "fifteen_2elette"),
			 0);
	assert_string_equal(back, "fifteen.lette");
}

/* Back from a folder's name to the state directory. */
static void p5_state(void **state)
{
	static const char *const paths[] = {
		"/",
		"/var/lib/detour",
		"/a-b/_c_/d.e",
		"/\xc3\xa4 b/\n",
	};
	char name[FAST_PIN_NAME_SIZE], back[PATH_MAX], path[PATH_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		fast_pin_escape(name, paths[i]);
		assert_int_equal(fast_pin_state(back, sizeof(back), name), 0);
		assert_string_equal(back, paths[i]);
		assert_int_equal(fast_pin_state(back, strlen(paths[i]), name),
				 -EINVAL);
	}
	/* Too long for the name to say it all. */
	memset(path, 'x', 300);
	strcpy(path + 300, "y");
	*path = '/';
	fast_pin_escape(name, path);
	assert_int_equal(fast_pin_state(back, sizeof(back), name), -EINVAL);
}

static void test_folder(void **state)
{
	char dir[] = "/tmp/detour-test-XXXXXX", path[PATH_MAX], want[PATH_MAX];
	char *tail;

	(void)state;
	assert_non_null(mkdtemp(dir));
	setenv("DETOUR_BPFFS", "/bpf/here", 1);
	assert_int_equal(fast_pin_folder(want, dir), 0);
	assert_int_equal(strncmp(want, "/bpf/here/tmp-detour_2dtest_2d", 30),
			 0);
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(fast_pin_folder(path, "."), 0);
	assert_string_equal(path, want);
	assert_int_equal(fast_pin_folder(path, "/tmp/../tmp//."), 0);
	assert_string_equal(path, "/bpf/here/tmp");
	/* One that is lost, or not there yet. */
	tail = want + strlen(want);
	strcpy(tail, "-s");
	assert_int_equal(fast_pin_folder(path, "s"), 0);
	assert_string_equal(path, want);
	assert_int_equal(fast_pin_folder(path, "./s//"), 0);
	assert_string_equal(path, want);
	assert_int_equal(fast_pin_folder(path, "s/s"), -ENOENT);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(fast_pin_folder(path, "/not-there"), 0);
	assert_string_equal(path, "/bpf/here/not_2dthere");
	assert_int_equal(rmdir(dir), 0);
	setenv("DETOUR_BPFFS", "", 1);
	assert_int_equal(fast_pin_folder(path, "/tmp"), 0);
	assert_string_equal(path, "/sys/fs/bpf/detour/tmp");
	unsetenv("DETOUR_BPFFS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_interface),
		cmocka_unit_test(test_parse_refused),
		cmocka_unit_test(p5_state),
		cmocka_unit_test(test_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
