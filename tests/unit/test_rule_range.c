// SPDX-License-Identifier: BSD-2-Clause
/* Ranges of sources: what is in them, and what is next to them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rule_range.h"

static bool has(const struct rule_range *range, const char *source)
{
	return strcmp(range->from, source) <= 0 &&
	       strcmp(source, range->until) < 0;
}

static void one_source(void **state)
{
	struct rule_range range;

	(void)state;
	assert_int_equal(rule_range_source(&range, "a.example/x"), 0);
	assert_true(has(&range, "a.example/x"));
	assert_false(has(&range, "a.example/x!"));
	assert_false(has(&range, "a.example/x*"));
	assert_false(has(&range, "a.example/"));
	assert_false(has(&range, "a.example/y"));
}

static void one_host(void **state)
{
	struct rule_range range;

	(void)state;
	assert_int_equal(rule_range_host(&range, "a.example"), 0);
	assert_true(has(&range, "a.example/"));
	assert_true(has(&range, "a.example/~?~*"));
	assert_false(has(&range, "a.example.org/"));
	assert_false(has(&range, "a.example-b.org/"));
	assert_false(has(&range, "a.example0/"));
	assert_int_equal(rule_range_host(&range, "*.a.example"), 0);
	assert_true(has(&range, "*.a.example/"));
	assert_false(has(&range, "a.example/"));
}

static void too_long(void **state)
{
	char text[RULE_SOURCE_SIZE + 2];
	struct rule_range range;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[RULE_SOURCE_SIZE + 1] = '\0';
	assert_int_equal(rule_range_source(&range, text), -ENAMETOOLONG);
	assert_int_equal(rule_range_host(&range, text), -ENAMETOOLONG);
	text[RULE_SOURCE_SIZE] = '\0';
	assert_int_equal(rule_range_source(&range, text), 0);
	text[LIMIT_HOST + 2] = '\0';
	assert_int_equal(rule_range_host(&range, text), 0);
}

/* The order of hosts is that of their sources. */
static void hosts_in_order(void **state)
{
	static const char *const hosts[] = {"*",	   "*.a",
					    "a-b.example", "a.example",
					    "a",	   "a0.example",
					    "b",	   "b.example"};
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		for (j = 0; j < sizeof(hosts) / sizeof(*hosts); j++) {
			struct rule_range one, two;
			int order = rule_range_compare(hosts[i], hosts[j]);
			int want;

			rule_range_host(&one, hosts[i]);
			rule_range_host(&two, hosts[j]);
			want = strcmp(one.from, two.from);
			assert_int_equal((order > 0) - (order < 0),
					 (want > 0) - (want < 0));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_source),
		cmocka_unit_test(one_host),
		cmocka_unit_test(too_long),
		cmocka_unit_test(hosts_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
