// SPDX-License-Identifier: BSD-2-Clause
/* An array that grows: its room, what stays in it, and when there is no
 * more. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "array.h"

static void grows_and_keeps(void **state)
{
	int *number = NULL;
	size_t room = 0, i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		assert_int_equal(
			array_grow(&number, &room, i + 1, sizeof(*number)), 0);
		assert_true(room > i);
		number[i] = i;
	}
	for (i = 0; i < 1000; i++)
		assert_int_equal(number[i], i);
	assert_true(room < 2000);
	free(number);
}

static void keeps_what_is_enough(void **state)
{
	char *text = NULL, *before;
	size_t room = 0;

	(void)state;
	assert_int_equal(array_grow(&text, &room, 100, 1), 0);
	assert_true(room >= 100);
	before = text;
	assert_int_equal(array_grow(&text, &room, 100, 1), 0);
	assert_ptr_equal(text, before);
	free(text);
}

static void too_many(void **state)
{
	char(*block)[4096] = NULL;
	size_t room = 0;

	(void)state;
	assert_int_equal(array_grow(&block, &room, SIZE_MAX / 4096,
				    sizeof(*block)),
			 -ENOMEM);
	assert_null(block);
	assert_int_equal(room, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_keeps),
		cmocka_unit_test(keeps_what_is_enough),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
