// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cross.h"

/* Two paths as sources have them: one for both, or NULL; whether the first is
 * for all of the second one's, and the other way round. */
static const struct {
	const char *a, *b, *both;
	int covers, covered;
} cases[] = {
	{"/{}/y", "/z/{}", "/z/y", 0, 0},
	{"/{}", "/{:digits}", "/1", 1, 0},
	{"/a/{}", "/b/{}", NULL, 0, 0},
	{"/{:digits}-a", "/b-{}", NULL, 0, 0},
	{"/{}/*", "/x{}", "/xx", 1, 0},
	{"/{}/*", "/a/*", "/a", 1, 0},
	{"/a/{}/*", "/a/*", "/a/x", 0, 1},
	{"/a/*", "/a*", "/a", 0, 1},
	{"/*", "/", "/", 1, 0},
	{"/a{}", "/a", NULL, 0, 0},
};

static void test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct cross_path a = {cases[i].a, strlen(cases[i].a)};
		struct cross_path b = {cases[i].b, strlen(cases[i].b)};
		char example[CROSS_MOST * 2];

		assert_int_equal(cross_find(example, &a, &b), !!cases[i].both);
		if (cases[i].both)
			assert_string_equal(example, cases[i].both);
		assert_int_equal(cross_covers(&a, &b), cases[i].covers);
		assert_int_equal(cross_covers(&b, &a), cases[i].covered);
	}
}

static void test_long(void **state)
{
	char text[CROSS_MOST + 1], example[CROSS_MOST * 2];
	struct cross_path a = {text, sizeof(text)}, b = {text, CROSS_MOST};

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_false(cross_find(example, &a, &b));
	assert_false(cross_covers(&a, &b));
	assert_true(cross_find(example, &b, &b));
	assert_true(cross_covers(&b, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
