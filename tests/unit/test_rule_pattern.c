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
#include "rule_capture.h"
#include "rule_error.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "rule_template.h"

/* A path, its normal form, and its canonical form. */
static const struct {
	const char *about, *text, *stored, *canonical;
} good_cases[] = {
	{"the manual's", "/{y:digits}/{m:digits}/{slug}.html",
	 "/{y:digits}/{m:digits}/{slug}.html", "/{:digits}/{:digits}/{}.html"},
	{"one capture", "/{a}", "/{a}", "/{}"},
	{"letters, digits and '_'", "/{_aZ09}", "/{_aZ09}", "/{}"},
	{"a name of digits", "/{1}/{2}", "/{1}/{2}", "/{}/{}"},
	{"a name in two cases", "/{a}/{A}", "/{a}/{A}", "/{}/{}"},
	{"a name that another begins", "/{a}/{aa}", "/{a}/{aa}", "/{}/{}"},
	{"a capture with the name digits", "/{digits}", "/{digits}", "/{}"},
	{"digits of the name digits", "/{digits:digits}", "/{digits:digits}",
	 "/{:digits}"},
	{"a byte between two captures", "/{a}-{b}", "/{a}-{b}", "/{}-{}"},
	{"an escape between two captures", "/{a}%2f{b}", "/{a}%2F{b}",
	 "/{}%2F{}"},
	{"a final star", "/{a}/*", "/{a}/*", "/{}/*"},
	{"a final star behind a capture", "/{a}*", "/{a}*", "/{}*"},
	{"a final star in a segment", "/{a}/b*", "/{a}/b*", "/{}/b*"},
	{"escapes in upper case", "/%c3%bc{a}%3a", "/%C3%BC{a}%3A",
	 "/%C3%BC{}%3A"},
	{"unreserved is decoded", "/%7e{a}%41", "/~{a}A", "/~{}A"},
	{"reserved is not", "/%2F%3f{a}", "/%2F%3F{a}", "/%2F%3F{}"},
	{"outside ASCII", "/\xc3\xbc{a}", "/%C3%BC{a}", "/%C3%BC{}"},
	{"bytes that no URI has", "/\"<{a}>\\^`|", "/%22%3C{a}%3E%5C%5E%60%7C",
	 "/%22%3C{}%3E%5C%5E%60%7C"},
	{"a quote", "/'{a}'", "/'{a}'", "/'{}'"},
	{"literal stars", "/%2a{a}%2A", "/%2A{a}%2A", "/%2A{}%2A"},
	{"a literal star and the final one", "/{a}%2A*", "/{a}%2A*", "/{}%2A*"},
	{"literal braces", "/%7b{a}%7d", "/%7B{a}%7D", "/%7B{}%7D"},
	{"double slashes", "//{a}//", "//{a}//", "//{}//"},
	{"dots beside a capture", "/.{a}/{b}./..{c}", "/.{a}/{b}./..{c}",
	 "/.{}/{}./..{}"},
	{"three dots", "/.../{a}", "/.../{a}", "/.../{}"},
	{"dots that the final star goes on", "/{a}/.*", "/{a}/.*", "/{}/.*"},
	{"two of them", "/{a}/..*", "/{a}/..*", "/{}/..*"},
	{"escaped dots there", "/{a}/%2e*", "/{a}/.*", "/{}/.*"},
	{"case is kept", "/Ab{Cd}eF", "/Ab{Cd}eF", "/Ab{}eF"},
};

/* A path, and a piece of what is said of it. */
static const struct {
	const char *about, *text, *reason;
} bad_cases[] = {
	{"two captures side by side", "/{a}{b}",
	 "two captures without a byte between them"},
	{"... of digits", "/{a:digits}{b}", "two captures"},
	{"a name twice", "/{a}/{a}", "the name 'a' stands there twice"},
	{"a name twice, once of digits", "/{a}/{a:digits}", "twice"},
	{"no name", "/{}", "'{}' is neither {name} nor {name:digits}"},
	{"no name of digits", "/{:digits}", "'{:digits}' is neither"},
	{"a name with '-'", "/{a-b}", "'{a-b}' is neither"},
	{"a name outside ASCII", "/{\xc3\xbc}", "'{\u00fc}' is neither"},
	{"a name with an escape", "/{%41}", "'{%41}' is neither"},
	{"a slash in a capture", "/{a/b}", "'{a/b}' is neither"},
	{"another kind", "/{a:digit}", "'{a:digit}' is neither"},
	{"a kind that goes on", "/{a:digitss}", "is neither"},
	{"a kind in upper case", "/{a:DIGITS}", "is neither"},
	{"an empty kind", "/{a:}", "is neither"},
	{"a brace alone", "/{", "'{' without '}' behind it; write %7B"},
	{"a brace at the end", "/{a}b{", "'{' without '}'"},
	{"a brace in a brace", "/{a{b}}", "'{' without '}'"},
	{"a closing brace alone", "/a}",
	 "'}' without '{' before it; write %7D"},
	{"a closing brace too many", "/{a}}", "'}' without '{'"},
	{"a star in the middle", "/{a}*b", "write %2A for a literal one"},
	{"a star before a capture", "/*{a}", "write %2A"},
	{"two stars", "/{a}**", "write %2A"},
	{"a star in a capture", "/{*}", "is neither"},
	{"a dot segment", "/./{a}", "dot segment"},
	{"a parent", "/b/../{a}", "dot segment"},
	{"a dot segment behind", "/{a}/./b", "dot segment"},
	{"a dot segment at the end", "/{a}/.", "dot segment"},
	{"a parent at the end", "/{a}/..", "dot segment"},
	{"an escaped dot segment", "/%2e/{a}", "dot segment"},
	{"a half escaped parent", "/{a}/.%2E/b", "dot segment"},
	{"a dot segment before the star's", "/{a}/./*", "dot segment"},
	{"a percent that begins no escape", "/{a}%",
	 "'%' is no percent escape"},
	{"an escape that a capture divides", "/%4{a}1", "'%4' is no percent"},
	{"... that follows it", "/{a}%zz", "'%zz' is no percent escape"},
};

static void test_read_good(void **state)
{
	char stored[LIMIT_PATH + 1], again[LIMIT_PATH + 1];
	struct rule_error error;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(good_cases) / sizeof(*good_cases); i++) {
		const char *text = good_cases[i].text;
		size_t len = strlen(text);

		print_message("%s\n", good_cases[i].about);
		assert_true(rule_pattern_is(text, len));
		n = rule_pattern_read(stored, guard_copy(text, len), len,
				      &error);
		assert_int_equal(n, strlen(good_cases[i].stored));
		assert_memory_equal(stored, good_cases[i].stored, n);
		assert_int_equal(rule_pattern_read(again, guard_copy(stored, n),
						   n, &error),
				 n);
		assert_memory_equal(again, stored, n);
		n = rule_pattern_canonical(stored, stored, n, false);
		assert_int_equal(n, strlen(good_cases[i].canonical));
		assert_memory_equal(stored, good_cases[i].canonical, n);
	}
}

static void test_read_bad(void **state)
{
	char stored[LIMIT_PATH + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_cases) / sizeof(*bad_cases); i++) {
		const char *text = bad_cases[i].text;
		size_t len = strlen(text);
		struct rule_error error = {0};

		print_message("%s\n", bad_cases[i].about);
		assert_true(rule_pattern_is(text, len));
		assert_int_equal(rule_pattern_read(stored,
						   guard_copy(text, len), len,
						   &error),
				 -EINVAL);
		assert_string_equal(error.field, "source");
		if (!strstr(error.reason, bad_cases[i].reason))
			fail_msg("%s", error.reason);
	}
}

static void test_no_pattern(void **state)
{
	(void)state;
	assert_false(rule_pattern_is("/a/*", 4));
	assert_false(rule_pattern_is("/%7Ba%7D", 8));
	assert_false(rule_pattern_is("/", 1));
}

/* The longest is LIMIT_PATH bytes before the star, in normal form. */
static void test_read_length(void **state)
{
	static char text[LIMIT_PATH + 2], stored[LIMIT_PATH + 1];
	struct rule_error error = {0};

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "/{a}", 4);
	text[LIMIT_PATH] = '*';
	assert_int_equal(rule_pattern_read(stored, text, LIMIT_PATH + 1,
					   &error),
			 LIMIT_PATH + 1);
	text[LIMIT_PATH] = 'x';
	assert_int_equal(rule_pattern_read(stored, text, LIMIT_PATH + 1,
					   &error),
			 -EINVAL);
	assert_string_equal(error.reason, "path and query over 8000 bytes");
	memcpy(text + LIMIT_PATH - 3, "{b}", 3);
	assert_int_equal(rule_pattern_read(stored, text, LIMIT_PATH, &error),
			 LIMIT_PATH);
	memcpy(text + LIMIT_PATH - 3, "x{b}", 4);
	assert_int_equal(rule_pattern_read(stored, text, LIMIT_PATH + 1,
					   &error),
			 -EINVAL);
	text[LIMIT_PATH - 5] = text[LIMIT_PATH - 4] = '"';
	assert_int_equal(rule_pattern_read(stored, text, LIMIT_PATH - 3,
					   &error),
			 -EINVAL);
}

/* So many {name:digits} in a segment, and one more; and more in two. */
static void test_read_digits(void **state)
{
	static char text[LIMIT_PATH], stored[LIMIT_PATH + 1];
	struct rule_error error = {0};
	size_t n = 0, slash = 0;
	int i;

	(void)state;
	for (i = 0; i < LIMIT_DIGITS + 1; i++) {
		if (i == LIMIT_DIGITS / 2)
			slash = n;
		n += sprintf(text + n, "%c{a%d:digits}", i ? '-' : '/', i);
		if (i == LIMIT_DIGITS - 1)
			assert_int_equal(
				rule_pattern_read(stored, text, n, &error), n);
	}
	assert_int_equal(rule_pattern_read(stored, text, n, &error), -EINVAL);
	assert_string_equal(error.reason,
			    "more than 64 {name:digits} between two slashes");
	text[slash] = '/';
	assert_int_equal(rule_pattern_read(stored, text, n, &error), n);
}

/* As many captures as a path has room for. */
static void test_read_many(void **state)
{
	static char text[LIMIT_PATH], stored[LIMIT_PATH + 1];
	struct rule_pattern pattern;
	struct rule_error error = {0};
	size_t n = 0;
	int i;

	(void)state;
	for (i = 0; n + 12 < sizeof(text); i++)
		n += sprintf(text + n, "/{%x}", i);
	assert_int_equal(rule_pattern_read(stored, text, n, &error), n);
	rule_pattern_of(&pattern, stored, n, false);
	assert_int_equal(pattern.captures, i);
	assert_int_equal(pattern.literals, i);
	assert_true(i > 1000 && i <= LIMIT_CAPTURES);
}

/* What decides between patterns: an escape is one byte. */
static void test_figures(void **state)
{
	static const struct {
		const char *text;
		int lead, literals, captures, digits;
		bool prefix;
	} cases[] = {
		{"/{a}", 1, 1, 1, 0, false},
		{"/{a}*", 1, 1, 1, 0, true},
		{"/{a}/*", 1, 2, 1, 0, true},
		{"/%C3%BC{a}%2Ab", 3, 5, 1, 0, false},
		{"/ab/{a:digits}-{b:digits}.html", 4, 10, 2, 2, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rule_pattern pattern;

		print_message("%s\n", cases[i].text);
		rule_pattern_of(&pattern, cases[i].text, strlen(cases[i].text),
				true);
		assert_int_equal(pattern.lead, cases[i].lead);
		assert_int_equal(pattern.literals, cases[i].literals);
		assert_int_equal(pattern.captures, cases[i].captures);
		assert_int_equal(pattern.digits, cases[i].digits);
		assert_int_equal(pattern.prefix, cases[i].prefix);
		assert_true(pattern.ignore_case);
	}
}

/* Each pattern is asked before the next one, and before all that follow but
 * where they are the same. */
static void test_order(void **state)
{
	static const struct {
		const char *about, *text;
		bool ignore_case, same;
	} cases[] = {
		{"more before the first capture", "/abc{a}", false, false},
		{"... an escape is one byte", "/%C3%BC{a}xxxxxxxxx", false,
		 false},
		{"then more in all", "/a{a}xxxxxxxx", false, false},
		{"... an escape is one byte", "/a{a}%C3%C3%C3%C3%C3%C3%C3",
		 false, false},
		{"then more of digits", "/a{a:digits}x{b:digits}xxxxx", false,
		 false},
		{"... one of them", "/a{b:digits}xxxxxx", false, false},
		{"then byte order, '-' first", "/a{a}----x", false, false},
		{"... the name is nothing", "/a{zz}x----", false, false},
		{"... the same", "/a{b}x----", false, true},
		{"before that the ones with the case", "/a{a}!----", true,
		 false},
		{"... in lower case, '_' before 'x'", "/a{a}_----", true,
		 false},
		{"... written as 'X'", "/a{a}X----", true, false},
		{"... the same in lower case", "/A{b}x----", true, true},
		{"fewer before the first capture", "/{a}xxxxxxxxxxxxxxxxx",
		 false, false},
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool same = true;

		for (j = i + 1; j < sizeof(cases) / sizeof(*cases); j++) {
			struct rule_pattern a, b;
			int got;

			print_message("%s, %s\n", cases[i].about,
				      cases[j].about);
			rule_pattern_of(&a, cases[i].text,
					strlen(cases[i].text),
					cases[i].ignore_case);
			rule_pattern_of(&b, cases[j].text,
					strlen(cases[j].text),
					cases[j].ignore_case);
			same = same && cases[j].same;
			got = rule_pattern_compare(&a, &b);
			assert_true(same ? !got : got < 0);
			got = rule_pattern_compare(&b, &a);
			assert_true(same ? !got : got > 0);
		}
	}
}

/* The byte order is that of the form with "{}", without the star. */
static void test_order_star(void **state)
{
	struct rule_pattern a, b;

	(void)state;
	rule_pattern_of(&a, "/{a}!*", 6, false);
	rule_pattern_of(&b, "/{a}-*", 6, false);
	assert_true(rule_pattern_compare(&a, &b) < 0);
	rule_pattern_of(&b, "/{bbb}!*", 8, false);
	assert_int_equal(rule_pattern_compare(&a, &b), 0);
}

/* Beside a prefix without captures. */
static void test_order_prefix(void **state)
{
	struct rule_pattern prefix, pattern;

	(void)state;
	rule_pattern_of(&pattern, "/ab{a}*", 7, true);
	rule_pattern_of(&prefix, "/abc*", 5, false);
	assert_true(rule_pattern_compare(&prefix, &pattern) < 0);
	rule_pattern_of(&prefix, "/ab*", 4, false);
	assert_true(rule_pattern_compare(&prefix, &pattern) > 0);
	assert_true(rule_pattern_compare(&pattern, &prefix) < 0);
	rule_pattern_of(&prefix, "/%2Aa*", 6, false);
	assert_int_equal(prefix.lead, 3);
	assert_true(rule_pattern_compare(&pattern, &prefix) < 0);
}

static void test_find(void **state)
{
	static const char pattern[] = "/{aa}/{a:digits}-{b}";
	size_t len = sizeof(pattern) - 1;

	(void)state;
	assert_int_equal(rule_capture_find(pattern, len, "aa", 2), 0);
	assert_int_equal(rule_capture_find(pattern, len, "a", 1), 1);
	assert_int_equal(rule_capture_find(pattern, len, "b", 1), 2);
	assert_int_equal(rule_capture_find(pattern, len, "c", 1), -ENOENT);
	assert_int_equal(rule_capture_find(pattern, len, "B", 1), -ENOENT);
	assert_int_equal(rule_capture_find("/a", 2, "a", 1), -ENOENT);
}

/* What may stand in a target beside a source's path; reason NULL: so many. */
static void test_template(void **state)
{
	static const struct {
		const char *about, *target, *pattern, *reason;
		int count;
	} cases[] = {
		{"none", "/x", "/{a}", NULL, 0},
		{"in the path", "/{slug}", "/{y:digits}/{slug}.html", NULL, 1},
		{"in the query", "/x?s={a}", "/{a}", NULL, 1},
		{"in another order, side by side", "/{b}{a}", "/{a}/{b}", NULL,
		 2},
		{"beside a star", "/{a}/*", "/{a}/*", NULL, 1},
		{"beside escapes", "/%7B{a}%7D", "/{a}", NULL, 1},
		{"twice", "/{a}/{a}", "/{a}", "'{a}' stands there twice", 0},
		{"unknown", "/{b}", "/{a}",
		 "the source's path has no capture '{b}'", 0},
		{"without a pattern", "/{b}", "/a/*", "has no capture '{b}'",
		 0},
		{"with a kind", "/{a:digits}", "/{a:digits}",
		 "':digits' belongs into the source; write {name} here", 0},
		{"no name", "/{}", "/{a}", "'{}' is neither", 0},
		{"a brace alone", "/{a}{", "/{a}", "'{' without '}'", 0},
		{"a closing one", "/}", "/{a}", "'}' without '{'", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t len = strlen(cases[i].target);
		struct rule_error error = {0};
		int got;

		print_message("%s\n", cases[i].about);
		got = rule_template_check(guard_copy(cases[i].target, len), len,
					  cases[i].pattern,
					  strlen(cases[i].pattern), &error);
		assert_int_equal(got,
				 cases[i].reason ? -EINVAL : cases[i].count);
		if (!cases[i].reason)
			continue;
		assert_string_equal(error.field, "target");
		if (!strstr(error.reason, cases[i].reason))
			fail_msg("%s", error.reason);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_good),
		cmocka_unit_test(test_read_bad),
		cmocka_unit_test(test_no_pattern),
		cmocka_unit_test(test_read_length),
		cmocka_unit_test(test_read_digits),
		cmocka_unit_test(test_read_many),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_order_star),
		cmocka_unit_test(test_order_prefix),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_template),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
