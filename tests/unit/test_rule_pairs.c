// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "limit.h"
#include "pair_list.h"
#include "pair_set.h"
#include "rule_error.h"
#include "rule_pairs.h"
#include "uri.h"

enum { IGNORE = true };

/* A query of a source, and its normal form; or a piece of what is said of it. */
static const struct {
	const char *about, *text, *stored, *reason;
	bool ignore_case;
} read_cases[] = {
	{"the manual's", "id=8&*", "id=8&*", NULL, 0},
	{"sorted", "b=2&a=1&*", "a=1&b=2&*", NULL, 0},
	{"sorted by bytes", "a&A&a=&a1&*", "A&a&a1&a=&*", NULL, 0},
	{"one begins another", "ab&a&*", "a&ab&*", NULL, 0},
	{"no value", "a&*", "a&*", NULL, 0},
	{"an empty value", "a=&*", "a=&*", NULL, 0},
	{"no name", "=&*", "=&*", NULL, 0},
	{"one name, two values", "a=2&a=1&*", "a=1&a=2&*", NULL, 0},
	{"escapes", "a=%41%2f&*", "a=A%2F&*", NULL, 0},
	{"an escaped '&' parts nothing", "a=%26&*", "a=%26&*", NULL, 0},
	{"a quote", "a='&*", "a=%27&*", NULL, 0},
	{"a literal star", "b&a=%2a&*", "a=%2A&b&*", NULL, 0},
	{"literal braces", "a=%7Bx%7d&*", "a=%7Bx%7D&*", NULL, 0},
	{"outside ASCII", "\xc3\xbc&*", "%C3%BC&*", NULL, 0},
	{"slashes, dots and marks", "/../?&*", "/../?&*", NULL, 0},
	{"two cases are two pairs", "a=x&a=X&*", "a=X&a=x&*", NULL, 0},
	{"sorted in lower case, as written", "B&a&C&*", "a&B&C&*", NULL,
	 IGNORE},
	{"there twice", "a=1&b&a=1&*", NULL,
	 "the pair 'a=1' stands there twice", 0},
	{"twice in normal form", "a=%41&a=A&*", NULL,
	 "the pair 'a=A' stands there twice", 0},
	{"twice in lower case", "a=x&a=X&*", NULL, "stands there twice",
	 IGNORE},
	{"an empty pair", "a&&b&*", NULL, "an empty pair", 0},
	{"... in front", "&a&*", NULL, "an empty pair", 0},
	{"... at the end", "a&&*", NULL, "an empty pair", 0},
	{"... alone", "&*", NULL, "an empty pair", 0},
	{"a star in a pair", "a=*&*", NULL,
	 "only as its final '&*'; write %2A for a literal one", 0},
	{"a star as a pair", "*&*", NULL, "write %2A", 0},
	{"two of them", "a&*&*", NULL, "write %2A", 0},
	{"a capture", "a={b}&*", NULL, "captures stand in the path", 0},
	{"a closing brace", "a=}&*", NULL, "write %7B and %7D", 0},
	{"a percent that begins no escape", "a=%&*", NULL,
	 "'%' is no percent escape", 0},
};

static void test_read(void **state)
{
	char stored[256], again[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(read_cases) / sizeof(*read_cases); i++) {
		bool ignore_case = read_cases[i].ignore_case;
		const char *text = read_cases[i].text;
		size_t len = strlen(text);
		struct rule_error error = {0};
		int n;

		print_message("%s\n", read_cases[i].about);
		assert_true(rule_pairs_is(guard_copy(text, len), len));
		n = rule_pairs_read(stored, 200, guard_copy(text, len), len,
				    ignore_case, &error);
		if (!read_cases[i].stored) {
			assert_int_equal(n, -EINVAL);
			assert_string_equal(error.field, "source");
			if (!strstr(error.reason, read_cases[i].reason))
				fail_msg("%s", error.reason);
			continue;
		}
		assert_int_equal(n, strlen(read_cases[i].stored));
		assert_memory_equal(stored, read_cases[i].stored, n);
		assert_int_equal(rule_pairs_read(again, 200, stored, n,
						 ignore_case, &error),
				 n);
		assert_memory_equal(again, stored, n);
	}
}

static void test_is(void **state)
{
	(void)state;
	assert_false(rule_pairs_is("a=1", 3));
	assert_false(rule_pairs_is("*", 1));
	assert_false(rule_pairs_is("a*", 2));
	assert_false(rule_pairs_is("", 0));
	assert_false(rule_pairs_is("a&%2A", 5));
	assert_true(rule_pairs_is("&*", 2));
}

static void test_read_length(void **state)
{
	static char text[LIMIT_PATH + 2], stored[LIMIT_PATH + 2];
	struct rule_error error = {0};
	size_t i;

	(void)state;
	assert_int_equal(rule_pairs_read(stored, 3, "a=1&*", 5, false, &error),
			 5);
	assert_int_equal(rule_pairs_read(stored, 3, "a=12&*", 6, false, &error),
			 -EINVAL);
	assert_string_equal(error.reason, "path and query over 8000 bytes");
	for (i = 0; i < LIMIT_PATH; i++)
		text[i] = i % 2 ? '&' : 'a';
	text[LIMIT_PATH - 1] = 'a';
	memcpy(text + LIMIT_PATH, "&*", 2);
	assert_int_equal(rule_pairs_read(stored, LIMIT_PATH, text,
					 LIMIT_PATH + 2, false, &error),
			 -EINVAL);
	assert_non_null(strstr(error.reason, "the pair 'a' stands"));
}

/* Each is asked before all that follow. */
static void test_order(void **state)
{
	static const struct {
		const char *text;
		bool ignore_case;
	} sets[] = {
		{"z&zz&zzz&*", IGNORE}, {"a=1&b=2&*", false},
		{"a=1&c&*", false},	{"!&a&*", IGNORE},
		{"-&*", false},		{"A&*", false},
		{"_&*", false},		{"a&*", false},
		{"a-&*", false},	{"!&*", IGNORE},
		{"_&*", IGNORE},	{"B&*", IGNORE},
		{"c&*", IGNORE},
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		struct rule_pairs a = {sets[i].text, strlen(sets[i].text),
				       sets[i].ignore_case};

		assert_int_equal(rule_pairs_compare(&a, &a), 0);
		for (j = i + 1; j < sizeof(sets) / sizeof(*sets); j++) {
			struct rule_pairs b = {sets[j].text,
					       strlen(sets[j].text),
					       sets[j].ignore_case};

			print_message("%s, %s\n", a.text, b.text);
			assert_true(rule_pairs_compare(&a, &b) < 0);
			assert_true(rule_pairs_compare(&b, &a) > 0);
		}
	}
}

/* A set in normal form, a query as a client sends it, and what is kept; NULL:
 * no match. */
static const struct {
	const char *about, *set, *query, *rest;
	bool ignore_case;
} match_cases[] = {
	{"the manual's", "id=8&*", "utm_source=x&id=8&gclid=1",
	 "utm_source=x&gclid=1", 0},
	{"nothing is left", "id=8&*", "id=8", "", 0},
	{"any order", "a=1&b=2&*", "b=2&a=1", "", 0},
	{"... with others", "a=1&b=2&*", "x&b=2&y&a=1&z", "x&y&z", 0},
	{"others in their order", "b&*", "z&a&b&z&a", "z&a&z&a", 0},
	{"one is missing", "a=1&b=2&*", "a=1", NULL, 0},
	{"another value", "id=8&*", "id=88", NULL, 0},
	{"... a shorter one", "id=88&*", "id=8", NULL, 0},
	{"no value", "id=8&*", "id", NULL, 0},
	{"no query", "a&*", "", NULL, 0},
	{"there twice, both go", "id=8&*", "id=8&x&id=8", "x", 0},
	{"... alone", "id=8&*", "id=8&id=8", "", 0},
	{"a pair that holds it stays", "a=1&*", "a=1&ba=1&a=1b", "ba=1&a=1b",
	 0},
	{"an empty pair stays", "a=1&*", "a=1&&b=2", "&b=2", 0},
	{"... between others", "a=1&*", "b&&a=1&c", "b&&c", 0},
	{"'&' at the end", "a=1&*", "a=1&", "", 0},
	{"... behind another", "a=1&*", "a=1&b&", "b&", 0},
	{"'&' in front", "a=1&*", "&a=1", "", 0},
	{"two of them", "a=1&*", "a=1&&", "&", 0},
	{"'&' alone", "a=1&*", "&&&&", NULL, 0},
	{"escapes are decoded before", "a=A&*", "a=%41&b", "b", 0},
	{"... or not", "a=%2F&*", "a=%2f&b=/", "b=/", 0},
	{"an escaped '&' parts nothing", "a&*", "b%26a", NULL, 0},
	{"a literal star", "a=%2A&*", "a=*&b=*", "b=*", 0},
	{"... escaped", "a=%2A&*", "a=%2a&b=%2A", "b=*", 0},
	{"... is no wildcard", "a=%2A&*", "a=b", NULL, 0},
	{"a quote", "a=%27&*", "a='&b='", "b=%27", 0},
	{"two values of a name", "a=1&a=2&*", "a=2&a=3&a=1", "a=3", 0},
	{"a question mark", "a?&*", "a?&?", "?", 0},
	{"case counts", "a=x&*", "a=X", NULL, 0},
	{"case ignored", "A=x&*", "b=Y&a=X&a=x", "b=Y", IGNORE},
	{"... in escapes", "a=%C3&*", "a=%c3&B", "B", IGNORE},
	{"... two of another order", "a=B&a_&*", "A_&A=b&C", "C", IGNORE},
};

static void test_match(void **state)
{
	static struct pair_list list;
	char set[256], query[256], rest[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(match_cases) / sizeof(*match_cases); i++) {
		bool ignore_case = match_cases[i].ignore_case, got;
		struct rule_pairs pairs = {match_cases[i].set,
					   strlen(match_cases[i].set),
					   ignore_case};
		const char *sent = match_cases[i].query;
		ssize_t len;
		size_t n;

		print_message("%s\n", match_cases[i].about);
		n = rule_pairs_compile(set, &pairs);
		assert_true(pair_set_check(set, n, ignore_case));
		len = uri_query(query, sizeof(query), sent, strlen(sent), 0);
		assert_true(len >= 0);
		pair_list_fill(&list, guard_copy(query, len), len, ignore_case);
		pair_list_sort(&list);
		got = pair_set_match(set, n, &list);
		assert_int_equal(got, !!match_cases[i].rest);
		if (!got)
			continue;
		len = pair_set_rest(rest, set, n, guard_copy(query, len), len,
				    ignore_case);
		assert_int_equal(len, strlen(match_cases[i].rest));
		assert_memory_equal(rest, match_cases[i].rest, len);
		/* In place. */
		len = uri_query(query, sizeof(query), sent, strlen(sent), 0);
		len = pair_set_rest(query, set, n, query, len, ignore_case);
		assert_int_equal(len, strlen(match_cases[i].rest));
		assert_memory_equal(query, match_cases[i].rest, len);
	}
}

/* What is no compiled set; what is one. */
static void test_check(void **state)
{
	static const struct {
		const char *about, *set;
		bool ignore_case, good;
	} sets[] = {
		{"good", "a=1&b=%C3*?", false, true},
		{"in lower case", "a=x&b=%c3", true, true},
		{"in upper case", "a=X", true, false},
		{"an escape in upper case", "%C3", true, false},
		{"empty", "", false, false},
		{"an empty pair", "a&&b", false, false},
		{"... in front", "&a", false, false},
		{"... at the end", "a&", false, false},
		{"there twice", "a&a", false, false},
		{"not sorted", "b&a", false, false},
		{"an escape cut off", "a=%2", false, false},
		{"an escape that '&' divides", "%2&F", false, false},
		{"no escape", "%zz", false, false},
		{"a quote", "'", false, false},
		{"a brace", "{", false, false},
		{"a blank", "a b", false, false},
		{"outside ASCII", "\xc3", false, false},
		{"a control byte", "a\1", false, false},
	};
	static char longest[LIMIT_PATH + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		size_t len = strlen(sets[i].set);

		print_message("%s\n", sets[i].about);
		assert_int_equal(pair_set_check(guard_copy(sets[i].set, len),
						len, sets[i].ignore_case),
				 sets[i].good);
	}
	memset(longest, 'x', sizeof(longest));
	assert_true(pair_set_check(longest, LIMIT_PATH, false));
	assert_false(pair_set_check(longest, LIMIT_PATH + 1, false));
}

/* A list has all pairs of the longest query, but no empty ones. */
static void test_list(void **state)
{
	static struct pair_list list;
	static char query[LIMIT_PATH], out[LIMIT_PATH];
	uint32_t i;

	(void)state;
	memset(query, '&', sizeof(query));
	pair_list_fill(&list, query, sizeof(query), false);
	assert_int_equal(list.count, 0);
	assert_false(pair_list_has(&list, "", 0));
	for (i = 0; i < sizeof(query); i += 2)
		query[i] = 'a' + i / 2 * 7 % 26;
	pair_list_fill(&list, query, sizeof(query), false);
	assert_int_equal(list.count, LIMIT_PATH / 2);
	pair_list_sort(&list);
	for (i = 1; i < list.count; i++)
		assert_true(query[list.pair[i - 1].at] <=
			    query[list.pair[i].at]);
	assert_true(pair_list_unsorted(&list, &i));
	assert_int_equal(pair_list_write(out, &list), sizeof(out) - 1);
	assert_true(pair_list_has(&list, "a", 1));
	assert_true(pair_list_has(&list, "z", 1));
	assert_false(pair_list_has(&list, "aa", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_is),
		cmocka_unit_test(test_read_length),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
