// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "pattern_check.h"
#include "pattern_match.h"
#include "rule_error.h"
#include "rule_pattern.h"
#include "rule_pattern_form.h"
#include "rule_template.h"
#include "pattern_template.h"
#include "uri.h"

enum { IGNORE = true };

/* A pattern, a path as a client sends it, and its captures with a blank behind
 * each, then the remainder if there is a '*'. NULL: no match. */
static const struct {
	const char *about, *pattern, *path, *found;
	bool ignore_case;
} cases[] = {
	/* the manual's */
	{"the manual's", "/{y:digits}/{m:digits}/{slug}.html",
	 "/2024/05/old-post.html", "2024 05 old-post ", 0},
	{"... not for another ending", "/{y:digits}/{m:digits}/{slug}.html",
	 "/2024/05/old-post.htm", NULL, 0},
	{"... not for letters", "/{y:digits}/{m:digits}/{slug}.html",
	 "/2024/may/old-post.html", NULL, 0},
	{"... not without a slug", "/{y:digits}/{m:digits}/{slug}.html",
	 "/2024/05/.html", NULL, 0},
	/* {name}: one or more bytes of one segment */
	{"a segment", "/{a}", "/x", "x ", 0},
	{"nothing", "/{a}", "/", NULL, 0},
	{"a slash is never in it", "/{a}", "/x/y", NULL, 0},
	{"not one at the end", "/{a}", "/x/", NULL, 0},
	{"an empty segment", "/{a}/y", "//y", NULL, 0},
	{"an escaped slash is none", "/{a}", "/x%2fy", "x%2Fy ", 0},
	{"all that a client may send", "/{a}", "/!$&'()*+,;=:@~[]",
	 "!$&'()*+,;=:@~[] ", 0},
	{"braces of a request", "/{a}", "/{x}", "%7Bx%7D ", 0},
	{"one byte between literals", "/a{b}c", "/abc", "b ", 0},
	{"none between literals", "/a{b}c", "/ac", NULL, 0},
	{"literals that overlap", "/ab{x}ba", "/aba", NULL, 0},
	{"fewer segments", "/{a}/{b}", "/x", NULL, 0},
	{"fewer, and a slash", "/{a}/{b}", "/x/", NULL, 0},
	{"more segments", "/{a}/{b}", "/x/y/z", NULL, 0},
	{"double slashes", "//{a}//b", "//x//b", "x ", 0},
	{"another literal segment", "/a/{b}", "/b/b", NULL, 0},
	{"a literal segment behind", "/{a}/b", "/x/bb", NULL, 0},
	/* {name:digits} */
	{"digits", "/{a:digits}", "/0123456789", "0123456789 ", 0},
	{"digits and more", "/{a:digits}", "/12a", NULL, 0},
	{"no digit", "/{a:digits}x", "/x", NULL, 0},
	{"digits of another script", "/{a:digits}", "/\xd9\xa1", NULL, 0},
	{"an escaped digit is one", "/{a:digits}", "/%31", "1 ", 0},
	{"digits of an escape are none", "/{a}x{b:digits}", "/axx%20", NULL, 0},
	{"... in front", "/x{b:digits}*", "/x%20", NULL, 0},
	/* the first takes as much as it can, then the second */
	{"the first one first", "/{a}-{b}", "/x-y-z", "x-y z ", 0},
	{"with three", "/{a}-{b}-{c}", "/1-2-3-4-5", "1-2-3 4 5 ", 0},
	{"one byte is left", "/{a}x{b}", "/xxxx", "xx x ", 0},
	{"not enough bytes", "/{a}x{b}x{c}", "/xxxx", NULL, 0},
	{"just enough", "/{a}x{b}x{c}", "/xxxxx", "x x x ", 0},
	{"a literal of two, overlapping", "/{a}xx{b}", "/xxxxxy", "xxx y ", 0},
	{"digits after anything", "/{a}-{n:digits}", "/a-1-22", "a-1 22 ", 0},
	{"digits before anything", "/{n:digits}-{a}", "/12-3-x", "12 3-x ", 0},
	{"digits give back", "/{a:digits}1{b:digits}", "/11111", "111 1 ", 0},
	{"... to two", "/{a:digits}1{b:digits}1{c:digits}", "/1111111",
	 "111 1 1 ", 0},
	{"a chain that does not end where another would", "/{u}1{a:digits}x{v}",
	 "/a12x1y2x3", "a 2 1y2x3 ", 0},
	{"the last chain that fits", "/{u}a{n:digits}b{v}", "/xa1ba2bab",
	 "xa1b 2 ab ", 0},
	{"a literal of digits beside digits", "/20{y:digits}-{s}", "/2024-20-x",
	 "24 20-x ", 0},
	{"... and not enough of them", "/20{y:digits}", "/20", NULL, 0},
	/* escapes are one byte */
	{"a capture of an escape", "/{a}-{b}", "/%C3-%BC", "%C3 %BC ", 0},
	{"a capture does not end in one", "/{a}0", "/%20", NULL, 0},
	{"... nor begin in one", "/%C3{a}", "/%C3%BC", "%BC ", 0},
	{"a literal is not inside of one", "/{a}2F{b}", "/x%2Fy", NULL, 0},
	{"... but beside", "/{a}2F{b}", "/%2F2F%2F", "%2F %2F ", 0},
	{"a literal that begins with a digit of one", "/{a}F-{b}", "/%2F-x",
	 NULL, 0},
	{"an escape in a literal", "/{a}%2f{b}", "/x%2Fy%2fz", "x%2Fy z ", 0},
	{"an escape between", "/{a}%25{b}", "/%25%25%25", "%25 %25 ", 0},
	{"two are too few", "/{a}%25{b}", "/%25%25", NULL, 0},
	{"a percent that begins none", "/{a}25{b}", "/%x25%", "%25x %25 ", 0},
	{"a literal star", "/{a}%2A{b}", "/x*y%2az", "x*y z ", 0},
	{"a literal star alone", "/%2A/{a}", "/*/x", "x ", 0},
	{"... is nothing else", "/%2A/{a}", "/%252A/x", NULL, 0},
	/* a final star */
	{"a remainder", "/{a}/*", "/x/y/z", "x y/z", 0},
	{"an empty one", "/{a}/*", "/x/", "x ", 0},
	{"without the slash", "/{a}/*", "/x", "x ", 0},
	{"only one slash may be missing", "/{a}//*", "/x", NULL, 0},
	{"... of two", "/{a}//*", "/x/", "x ", 0},
	{"a capture may not", "/{a}/{b}/*", "/x", NULL, 0},
	{"a missing slash is not the capture's", "/{a}/*", "/", NULL, 0},
	{"a slash that is a remainder", "/{a}/*", "/x//", "x /", 0},
	{"within a segment", "/{a}/b*", "/x/blog/y", "x log/y", 0},
	{"... with nothing left", "/{a}/b*", "/x/b", "x ", 0},
	{"... not without the segment", "/{a}/b*", "/x", NULL, 0},
	{"right behind a capture", "/{a}*", "/xyz/w", "xyz /w", 0},
	{"... of digits", "/{a:digits}*", "/12x/w", "12 x/w", 0},
	{"behind a literal, as far as it goes", "/{a}-*", "/x-y-z/-", "x-y z/-",
	 0},
	{"behind digits", "/{s}-{n:digits}*", "/a-1-2-x-3/4-5",
	 "a-1-2-x 3 /4-5", 0},
	{"behind digits and a literal", "/{n:digits}1*", "/1111x", "111 x", 0},
	{"a remainder that begins with an escape", "/{a}-*", "/x-%20", "x %20",
	 0},
	{"dots that it goes on", "/{a}/.*", "/x/.git/y", "x git/y", 0},
	/* case=ignore */
	{"case counts", "/A{a}b", "/axB", NULL, 0},
	{"case ignored", "/A{a}b", "/aXyB", "Xy ", IGNORE},
	{"... in escapes of a literal", "/%C3{a}%bc", "/%c3X%BC", "X ", IGNORE},
	{"... with stars and a remainder", "/%2A{a}/*", "/*X/Y", "X Y", IGNORE},
	{"... ASCII alone", "/\xc3\xa4{a}", "/\xc3\x84x", NULL, IGNORE},
	{"... '@' is not '`'", "/@{a}", "/`x", NULL, IGNORE},
	{"... in a search", "/{a}Q{b}", "/xqyQz", "xqy z ", IGNORE},
	/* dot segments are gone before */
	{"a parent in a request", "/{a}/y", "/x/../z/y", "z ", 0},
};

/* The compiled form of a pattern in normal form. */
static size_t compile(uint8_t *dst, const char *text, bool ignore_case)
{
	struct rule_error error;
	char stored[LIMIT_PATH + 1];
	int n = rule_pattern_read(stored, text, strlen(text), &error);

	assert_true(n > 0);
	return rule_pattern_compile(dst, stored, n, ignore_case);
}

static size_t found_print(char *dst, const struct pattern_match *match,
			  const char *path, size_t len, bool prefix)
{
	size_t n = 0;
	int i;

	for (i = 0; i < match->captures; i++)
		n += sprintf(dst + n, "%.*s ",
			     match->capture[i].end - match->capture[i].at,
			     path + match->capture[i].at);
	if (prefix)
		n += sprintf(dst + n, "%.*s", (int)len - match->remainder,
			     path + match->remainder);
	else
		assert_int_equal(match->remainder, len);
	return n;
}

static void test_match(void **state)
{
	static struct pattern_match match;
	uint8_t pattern[LIMIT_PATH + 1];
	char path[256], found[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool ignore_case = cases[i].ignore_case, got;
		const uint8_t *guarded;
		uint32_t captures;
		ssize_t len;
		size_t n;

		print_message("%s\n", cases[i].about);
		len = uri_path(path, sizeof(path), cases[i].path,
			       strlen(cases[i].path), 0);
		assert_true(len > 0);
		n = compile(pattern, cases[i].pattern, ignore_case);
		assert_true(pattern_check(pattern, n, ignore_case, &captures));
		got = pattern_match(&match, pattern, n, guard_copy(path, len),
				    len, ignore_case);
		assert_int_equal(got, !!cases[i].found);
		guarded = (const void *)guard_copy((const char *)pattern, n);
		assert_int_equal(pattern_match(&match, guarded, n, path, len,
					       ignore_case),
				 got);
		if (!got)
			continue;
		assert_int_equal(match.captures, captures);
		found_print(found, &match, path, len,
			    pattern[n - 1] == PATTERN_REST);
		assert_string_equal(found, cases[i].found);
	}
}

/* What is no compiled pattern; what is one. */
static void test_check(void **state)
{
	static const struct {
		const char *about, *pattern;
		bool ignore_case, good;
	} forms[] = {
		{"good", "/a\1/%2F\2.html", false, true},
		{"good with a star", "/\1/\3", false, true},
		{"a star behind a capture", "/\1\3", false, true},
		{"a literal star", "/*\1", false, true},
		{"in lower case", "/a\1%c3", true, true},
		{"in upper case", "/A\1", true, false},
		{"an escape in upper case", "/\1%C3", true, false},
		{"an escape in lower case", "/\1%c3", false, false},
		{"empty", "", false, false},
		{"a star alone", "\3", false, false},
		{"no slash in front", "\1/", false, false},
		{"no capture", "/a", false, false},
		{"captures side by side", "/\1\2", false, false},
		{"a star inside", "/\1\3x", false, false},
		{"two stars", "/\1\3\3", false, false},
		{"another mark", "/\1\4", false, false},
		{"a blank", "/\1 ", false, false},
		{"a brace", "/\1{", false, false},
		{"a question mark", "/\1?", false, false},
		{"outside ASCII", "/\1\xc3", false, false},
		{"an escape cut off", "/\1%2", false, false},
		{"an escape that a capture divides", "/%2\1F", false, false},
		{"no escape", "/\1%zz", false, false},
	};
	uint32_t captures;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		size_t len = strlen(forms[i].pattern);

		print_message("%s\n", forms[i].about);
		assert_int_equal(
			pattern_check((const void *)guard_copy(forms[i].pattern,
							       len),
				      len, forms[i].ignore_case, &captures),
			forms[i].good);
	}
	assert_false(
		pattern_check((const uint8_t *)"/\1\0", 3, false, &captures));
}

static void test_check_limits(void **state)
{
	static uint8_t form[2 * LIMIT_PATH];
	uint32_t captures;
	size_t i;

	(void)state;
	memset(form, 'x', sizeof(form));
	memcpy(form, "/\1", 2);
	assert_true(pattern_check(form, LIMIT_PATH, false, &captures));
	assert_false(pattern_check(form, LIMIT_PATH + 1, false, &captures));
	form[LIMIT_PATH] = PATTERN_REST;
	assert_true(pattern_check(form, LIMIT_PATH + 1, false, &captures));
	for (i = 0; i <= LIMIT_CAPTURES; i++)
		memcpy(form + 2 * i, "/\1", 2);
	assert_true(pattern_check(form, 2 * i - 2, false, &captures));
	assert_int_equal(captures, LIMIT_CAPTURES);
	assert_false(pattern_check(form, 2 * i, false, &captures));
	for (i = 0; i <= LIMIT_DIGITS; i++)
		memcpy(form + 2 * i, i ? "-\2" : "/\2", 2);
	assert_true(pattern_check(form, 2 * i - 2, false, &captures));
	assert_false(pattern_check(form, 2 * i, false, &captures));
	form[2 * i - 2] = '/';
	assert_true(pattern_check(form, 2 * i, false, &captures));
}

/* A path that is too long, or none, is matched by nothing. */
static void test_no_path(void **state)
{
	static struct pattern_match match;
	static char path[LIMIT_PATH + 1];
	const uint8_t *pattern = (const uint8_t *)"/\1";

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	assert_true(pattern_match(&match, pattern, 2, path, LIMIT_PATH, false));
	assert_int_equal(match.capture[0].end, LIMIT_PATH);
	assert_false(
		pattern_match(&match, pattern, 2, path, LIMIT_PATH + 1, false));
	assert_false(pattern_match(&match, pattern, 2, path, 0, false));
	assert_false(pattern_match(&match, pattern, 2, "x/y", 3, false));
}

/* What a target becomes. */
static void test_fill(void **state)
{
	static const struct {
		const char *about, *pattern, *path, *target, *filled;
	} fills[] = {
		{"the manual's", "/{y:digits}/{m:digits}/{slug}.html",
		 "/2024/05/x.html", "/{slug}", "/x"},
		{"in the query", "/{a}", "/x", "/y?s={a}&t", "/y?s=x&t"},
		{"in another order", "/{a}/{b}", "/x/y", "/{b}{a}", "/yx"},
		{"with the remainder", "/{a}/*", "/x/y/z", "/{a}-/*",
		 "/x-/y/z"},
		{"... an empty one", "/{a}/*", "/x", "/*/{a}", "//x"},
		{"a literal star", "/{a}", "/x", "/%2A{a}", "/%2Ax"},
		{"escapes go as they are", "/{a}", "/%c3*", "/{a}", "/%C3*"},
		{"no capture", "/{a}", "/x", "/y", "/y"},
		{"nothing", "/{a}", "/x", "", ""},
	};
	static struct pattern_match match;
	uint8_t pattern[256], template[256];
	char path[256], filled[256];
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(fills) / sizeof(*fills); i++) {
		const char *text = fills[i].pattern;
		ssize_t len = uri_path(path, sizeof(path), fills[i].path,
				       strlen(fills[i].path), 0);

		print_message("%s\n", fills[i].about);
		n = compile(pattern, text, false);
		assert_true(
			pattern_match(&match, pattern, n, path, len, false));
		n = rule_template_compile(template, fills[i].target,
					  strlen(fills[i].target), text,
					  strlen(text));
		assert_true(
			pattern_template_check(template, n, match.captures));
		n = pattern_template_fill(filled, template, n, path, len,
					  &match);
		assert_int_equal(n, strlen(fills[i].filled));
		assert_memory_equal(filled, fills[i].filled, n);
	}
}

/* The template of a pattern with three captures, from a file. */
static void test_template_check(void **state)
{
	static const struct {
		const char *about;
		uint8_t text[12];
		size_t len;
		bool good;
	} templates[] = {
		{"empty", "", 0, true},
		{"literal", "/a?b#c%2A", 9, true},
		{"a capture", "/\1\2\0", 4, true},
		{"two and the remainder", "\1\1\0\1\2\0\2", 7, true},
		{"one twice", "\1\1\0\1\1\0", 6, false},
		{"the remainder twice", "\2\2", 2, false},
		{"a capture that is not there", "\1\3\0", 3, false},
		{"... far off", "\1\0\x7f", 3, false},
		{"cut off", "/\1\0", 3, false},
		{"another mark", "/\3", 2, false},
		{"NUL", "/\0", 2, false},
		{"a line's end", "/\r\n", 3, false},
		{"a blank", "/ ", 2, false},
		{"a brace", "/{", 2, false},
		{"outside ASCII", "/\xc3", 2, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(templates) / sizeof(*templates); i++) {
		print_message("%s\n", templates[i].about);
		assert_int_equal(
			pattern_template_check(
				(const void *)guard_copy(
					(const char *)templates[i].text,
					templates[i].len),
				templates[i].len, 3),
			templates[i].good);
	}
}

/* More captures than a byte can count. */
static void test_fill_many(void **state)
{
	static char text[LIMIT_PATH + 1], path[LIMIT_PATH], filled[LIMIT_PATH];
	static uint8_t pattern[LIMIT_PATH + 1];
	static struct pattern_match match;
	uint8_t template[16];
	size_t n = 0, len = 0;
	int i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		n += sprintf(text + n, "/{n%d}", i);
		len += sprintf(path + len, "/%d", i);
	}
	n = compile(pattern, text, false);
	assert_true(pattern_match(&match, pattern, n, path, len, false));
	n = rule_template_compile(template, "{n999}{n257}", 12, text,
				  strlen(text));
	assert_int_equal(n, 6);
	assert_true(pattern_template_check(template, n, match.captures));
	n = pattern_template_fill(filled, template, n, path, len, &match);
	assert_int_equal(n, 6);
	assert_memory_equal(filled, "999257", n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_check_limits),
		cmocka_unit_test(test_no_path),
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_template_check),
		cmocka_unit_test(test_fill_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
