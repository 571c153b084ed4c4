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
#include "uri.h"

/* output NULL: err is what comes back */
struct uri_case {
	const char *about;
	unsigned int flags;
	const char *input, *output;
	int err;
};

static const struct uri_case path_cases[] =
	{
		{"root", 0, "/", "/", 0},
		{"plain", 0, "/a/b-c_d~e", "/a/b-c_d~e", 0},
		{"case is kept", 0, "/A/b", "/A/b", 0},
		{"double slash is kept", 0, "//a//b//", "//a//b//", 0},
		{"sub-delims, colon, at", 0, "/!$&'()*+,;=:@", "/!$&'()*+,;=:@",
		 0},
		{"brackets are kept", 0, "/a[1]", "/a[1]", 0},
		{"a dot inside", 0, "/a.b/c.", "/a.b/c.", 0},
		{"a segment that begins with a dot", 0, "/.a/..b/...",
		 "/.a/..b/...", 0},
		{"hex digits in upper case", 0, "/%2f%c3%bc%3A",
		 "/%2F%C3%BC%3A", 0},
		{"unreserved is decoded", 0, "/%41%7a%30%2D%2e%5f%7E",
		 "/Az0-._~", 0},
		{"reserved is not", 0, "/%2F%3f%23%25%5B", "/%2F%3F%23%25%5B",
		 0},
		{"an escaped star is a star", 0, "/%2a%2A*", "/***", 0},
		{"... not in a rule", URI_STRICT, "/%2a%2A", "/%2A%2A", 0},
		{"a quote stays in a path", 0, "/'%27", "/'%27", 0},
		{"... with something odd", 0, "/<'%27", "/%3C'%27", 0},
		{"escaped control bytes stay escaped", 0, "/%00%0d%0a",
		 "/%00%0D%0A", 0},
		{"no second decoding", 0, "/%2541", "/%2541", 0},
		{"a percent that begins no escape", 0, "/%/%4/%zz/%4g%",
		 "/%25/%254/%25zz/%254g%25", 0},
		{"... before an escape", 0, "/%%32e/%%2e", "/%252e/%25.", 0},
		{"... that an escape would complete", 0, "/%2%35/%2%45/%%32%65",
		 "/%2525/%252E/%252e", 0},
		{"... before an escaped star", 0, "/%%2A/%2%2a", "/%25*/%252*",
		 0},
		{"... in a rule", URI_STRICT, "/%zz", NULL, -EILSEQ},
		{"... cut off", URI_STRICT, "/a%4", NULL, -EILSEQ},
		{"... alone", URI_STRICT, "/%", NULL, -EILSEQ},
		{"an escape in a rule", URI_STRICT, "/%7e", "/~", 0},
		{"outside ASCII", 0, "/\xc3\xbc\xff", "/%C3%BC%FF", 0},
		{"bytes that no URI has", 0, "/ \"<>\\^`{|}",
		 "/%20%22%3C%3E%5C%5E%60%7B%7C%7D", 0},
		{"dot segment", 0, "/a/./b", "/a/b", 0},
		{"dot segment at the end", 0, "/a/.", "/a/", 0},
		{"dot segment at the start", 0, "/./a", "/a", 0},
		{"dot alone", 0, "/.", "/", 0},
		{"parent", 0, "/a/b/../c", "/a/c", 0},
		{"parent at the end", 0, "/a/b/..", "/a/", 0},
		{"parent with a slash", 0, "/a/b/../", "/a/", 0},
		{"parent of the root", 0, "/..", "/", 0},
		{"parents of the root", 0, "/../../a", "/a", 0},
		{"RFC 3986 5.2.4", 0, "/a/b/c/./../../g", "/a/g", 0},
		{"parent of an empty segment", 0, "/a//..", "/a/", 0},
		{"parents of empty segments", 0, "/a///../..", "/a/", 0},
		{"parent at an empty start", 0, "//..", "/", 0},
		{"parent behind an empty start", 0, "//../a", "/a", 0},
		{"escaped dot", 0, "/a/%2e/b", "/a/b", 0},
		{"escaped parent", 0, "/a/b/%2e%2E/c", "/a/c", 0},
		{"half escaped parents", 0, "/a/b/c/.%2e/%2e.", "/a/", 0},
		{"escaped slash is no segment's end", 0, "/a/..%2f", "/a/..%2F",
		 0},
		{"parent of an encoded segment", 0, "/a/\xc3\xbc/../b", "/a/b",
		 0},
		{"byte prefix of a dot file", URI_PREFIX, "/a/.", "/a/.", 0},
		{"byte prefix of two dots", URI_PREFIX, "/a/..", "/a/..", 0},
		{"byte prefix, escaped dot", URI_PREFIX, "/a/%2e", "/a/.", 0},
		{"byte prefix behind a parent", URI_PREFIX, "/a/b/../.", "/a/.",
		 0},
		{"byte prefix, whole parent", URI_PREFIX, "/a/b/../", "/a/", 0},
		{"control byte", 0, "/a\x01", NULL, -EINVAL},
		{"line feed", 0, "/a\nb", NULL, -EINVAL},
		{"carriage return", 0, "/a\rb", NULL, -EINVAL},
		{"tab", 0, "/a\tb", NULL, -EINVAL},
		{"DEL", 0, "/\x7f", NULL, -EINVAL},
		{"fragment", 0, "/a#b", NULL, -EINVAL},
		{"empty", 0, "", NULL, -EINVAL},
		{"no slash in front", 0, "a/b", NULL, -EINVAL},
},
			     query_cases[] = {
				     {"empty", 0, "", "", 0},
				     {"plain", 0, "a=1&b=2", "a=1&b=2", 0},
				     {"dots and slashes are nothing special", 0,
				      "/../a/./b?c..", "/../a/./b?c..", 0},
				     {"escapes", 0, "a=%41%2f&%7e", "a=A%2F&~",
				      0},
				     {"plus stays", 0, "a+b", "a+b", 0},
				     {"a percent that begins no escape", 0,
				      "100%", "100%25", 0},
				     {"... before an escape", 0, "%%41%2%41",
				      "%25A%252A", 0},
				     {"a star", 0, "%2A*", "**", 0},
				     {"... in a rule", URI_STRICT, "%2a", "%2A",
				      0},
				     {"a quote", 0, "n=O'B%27", "n=O%27B%27",
				      0},
				     {"... in a source", URI_STRICT, "'", "%27",
				      0},
				     {"... in a rule", URI_STRICT, "100%", NULL,
				      -EILSEQ},
				     {"outside ASCII and blanks", 0,
				      "q=\xc3\xbc x", "q=%C3%BC%20x", 0},
				     {"control byte", 0, "a=\x1f", NULL,
				      -EINVAL},
				     {"fragment", 0, "a#b", NULL, -EINVAL},
};

typedef ssize_t normalise(char *dst, size_t cap, const char *src, size_t len,
			  unsigned int flags);

static void check(normalise *fn, const struct uri_case *c)
{
	size_t len = strlen(c->input), want = c->output ? strlen(c->output) : 0;
	char dst[256];
	ssize_t n;

	n = fn(dst, sizeof(dst), guard_copy(c->input, len), len, c->flags);
	if (!c->output) {
		if (n != c->err)
			fail_msg("%s: %zd instead of %d", c->about, n, c->err);
		return;
	}
	if (n != (ssize_t)want || memcmp(dst, c->output, want))
		fail_msg("%s: '%.*s'", c->about, n < 0 ? 0 : (int)n, dst);
	/* room for the longest step, and not a byte less */
	n = fn(guard_copy(dst, want), want, c->output, want, c->flags);
	if (n != (ssize_t)want)
		fail_msg("%s: not its own normal form: %zd", c->about, n);
	if (!want)
		return;
	n = fn(dst, want - 1, c->output, want, c->flags);
	if (n != -ENAMETOOLONG)
		fail_msg("%s: too small: %zd", c->about, n);
}

static void test_uri_path(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(path_cases) / sizeof(*path_cases); i++)
		check(uri_path, &path_cases[i]);
}

static void test_uri_query(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(query_cases) / sizeof(*query_cases); i++)
		check(uri_query, &query_cases[i]);
}

/* A target's path, query or fragment: as it is, but what no URI may have. */
static const struct uri_case target_cases[] = {
	{"nothing", 0, "", "", 0},
	{"plain", 0, "/a/b?c=d", "/a/b?c=d", 0},
	{"dot segments", 0, "/a/./b/../%2e%2E/c/..", "/a/./b/../%2e%2E/c/..",
	 0},
	{"escapes of any case", 0, "%7e%41%2f%2F%c3%2a%2A",
	 "%7e%41%2f%2F%c3%2a%2A", 0},
	{"a quote", 0, "'%27?'", "'%27?'", 0},
	{"all that is reserved", 0,
	 ":/?[]@!$&'()*+,;=", ":/?[]@!$&'()*+,;=", 0},
	{"bytes that no URI may have", 0, "a\"<>\\^`{|} \xc3\xbc",
	 "a%22%3C%3E%5C%5E%60%7B%7C%7D%20%C3%BC", 0},
	{"a second '#'", 0, "a#b", "a%23b", 0},
	{"a percent that begins no escape", 0, "a%", NULL, -EILSEQ},
	{"... behind one that does", 0, "%41%4", NULL, -EILSEQ},
	{"a control byte", 0, "a\x1f", NULL, -EINVAL},
	{"DEL", 0, "a\x7f", NULL, -EINVAL},
};

static ssize_t target(char *dst, size_t cap, const char *src, size_t len,
		      unsigned int flags)
{
	(void)flags;
	return uri_target(dst, cap, src, len);
}

static void test_uri_target(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(target_cases) / sizeof(*target_cases); i++)
		check(target, &target_cases[i]);
}

static void assert_text(const char *text, ssize_t len, const char *want,
			size_t want_len)
{
	assert_int_equal(len, want_len);
	assert_memory_equal(text, want, want_len);
}

/* Every byte, raw and escaped, against RFC 3986 2.2 and 2.3 written out. */
static void test_uri_bytes(void **state)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "0123456789-._~";
	static const char reserved[] = ":/?[]@!$&()*+,;=";
	unsigned int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		bool plain = c && strchr(unreserved, c);
		bool kept = plain || (c && strchr(reserved, c));
		char raw[] = {'x', c, 'x'}, escape[8], hex[8], dst[16];
		ssize_t n = uri_query(dst, sizeof(dst), raw, 3, 0);

		snprintf(hex, sizeof(hex), "x%%%02Xx", c);
		snprintf(escape, sizeof(escape), "x%%%02xx", c);
		if (c < 0x20 || c == 0x7f || c == '#')
			assert_int_equal(n, -EINVAL);
		else
			assert_text(dst, n, kept ? raw : hex, kept ? 3 : 5);
		n = uri_query(dst, sizeof(dst), escape, 5, URI_STRICT);
		assert_text(dst, n, plain ? raw : hex, plain ? 3 : 5);
	}
}

/* A special byte at each place of a text longer than the scan's step. */
static void test_uri_places(void **state)
{
	char text[12], dst[64];
	size_t len, i;

	(void)state;
	for (len = 2; len <= sizeof(text); len++) {
		for (i = 1; i < len; i++) {
			const char *src;

			memset(text, 'a', len);
			text[0] = '/';
			text[i] = ' ';
			src = guard_copy(text, len);
			assert_int_equal(uri_path(dst, 64, src, len, 0),
					 len + 2);
			assert_memory_equal(dst + i, "%20", 3);
			text[i] = '\n';
			src = guard_copy(text, len);
			assert_int_equal(uri_path(dst, 64, src, len, 0),
					 -EINVAL);
			assert_int_equal(uri_query(dst, 64, src, len, 0),
					 -EINVAL);
		}
	}
}

/* A piece of a path keeps what only the whole path tells to be dot segments. */
static void test_uri_piece(void **state)
{
	static const char piece[] = "./%2e%2E/'%41\xc3%2a/..",
			  normal[] = "./../'A%C3%2A/..";
	size_t len = sizeof(piece) - 1;
	char dst[64];
	ssize_t n;

	(void)state;
	n = uri_piece(dst, sizeof(dst), guard_copy(piece, len), len,
		      URI_STRICT);
	assert_int_equal(n, sizeof(normal) - 1);
	assert_memory_equal(dst, normal, n);
	assert_int_equal(uri_piece(dst, n - 1, piece, len, URI_STRICT),
			 -ENAMETOOLONG);
	assert_int_equal(uri_piece(dst, 64, "%4", 2, URI_STRICT), -EILSEQ);
	assert_int_equal(uri_piece(dst, 64, "a#", 2, URI_STRICT), -EINVAL);
	assert_int_equal(uri_piece(dst, 64, "", 0, URI_STRICT), 0);
}

/* 4,000 segments that are taken back at once cost no square time. */
static void test_uri_deep(void **state)
{
	static char text[8000], dst[8000];
	size_t i;

	(void)state;
	for (i = 0; i < 2000; i++)
		memcpy(text + 2 * i, "/a", 2);
	for (; i < 3333; i++)
		memcpy(text + 4000 + 3 * (i - 2000), "/..", 3);
	assert_int_equal(uri_path(dst, sizeof(dst), text, 4000 + 3 * 1333, 0),
			 2 * 667 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uri_path),
		cmocka_unit_test(test_uri_query),
		cmocka_unit_test(test_uri_target),
		cmocka_unit_test(test_uri_bytes),
		cmocka_unit_test(test_uri_places),
		cmocka_unit_test(test_uri_piece),
		cmocka_unit_test(test_uri_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
