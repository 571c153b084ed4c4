// SPDX-License-Identifier: BSD-2-Clause
/* Paths of what is in a folder, up to the longest one. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "error.h"
#include "path.h"

static void joined(void **state)
{
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(path_join(path, "/var", "at_%d_%s", 1, "x"), 0);
	assert_string_equal(path, "/var/at_1_x");
	assert_int_equal(path_join(path, "state", "maps/%s", "1.map"), 0);
	assert_string_equal(path, "state/maps/1.map");
}

static void too_long(void **state)
{
	char path[PATH_MAX], folder[PATH_MAX + 1];

	(void)state;
	memset(folder, 'a', PATH_MAX);
	folder[PATH_MAX - 3] = '\0';
	assert_int_equal(path_join(path, folder, "%s", "b"), 0);
	assert_int_equal(strlen(path), PATH_MAX - 1);
	assert_int_equal(path_join(path, folder, "bc"), -ENAMETOOLONG);
	assert_string_equal(path, "");
	assert_non_null(strstr(error_text(), "File name too long"));
	folder[PATH_MAX - 3] = 'a';
	folder[PATH_MAX] = '\0';
	assert_int_equal(path_join(path, folder, "b"), -ENAMETOOLONG);
	assert_string_equal(path, "");
}

static void parents(void **state)
{
	static const char *const cases[][2] = {
		{"/a/b", "/a"}, {"/a/b//", "/a"}, {"a", "."},
		{"a/", "."},	{"/a", "/"},	  {"/", "/"},
	};
	char parent[PATH_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		path_parent(parent, cases[i][0]);
		assert_string_equal(parent, cases[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined),
		cmocka_unit_test(too_long),
		cmocka_unit_test(parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
