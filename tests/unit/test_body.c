// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "body.h"
#include "guard.h"

/* used: the bytes of the input that belong to the body; -1: broken */
struct body_case {
	const char *about;
	enum body_kind kind;
	uint64_t length;
	const char *input;
	int used;
	bool done;
};

static const struct body_case body_cases[] = {
	{"none", BODY_NONE, 0, "GET", 0, true},
	{"length 0", BODY_LENGTH, 0, "GET", 0, true},
	{"length", BODY_LENGTH, 5, "abcdeGET", 5, true},
	{"length, not all", BODY_LENGTH, 5, "abc", 3, false},
	{"until the end", BODY_CLOSE, 0, "abc", 3, false},
	{"chunks", BODY_CHUNKED, 0, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET", 20,
	 true},
	{"no chunk", BODY_CHUNKED, 0, "0\r\n\r\n", 5, true},
	{"zeros", BODY_CHUNKED, 0, "0000\r\n\r\n", 8, true},
	{"hex", BODY_CHUNKED, 0, "0a\r\n0123456789\r\n0\r\n\r\n", 21, true},
	{"hex in capitals", BODY_CHUNKED, 0, "0A\r\n0123456789\r\n0\r\n\r\n",
	 21, true},
	{"extension", BODY_CHUNKED, 0, "1;a=\"b\t\"\r\nx\r\n0 ;c\r\n\r\n", 21,
	 true},
	{"trailers", BODY_CHUNKED, 0, "0\r\nA: b\r\nC: d\r\n\r\nG", 17, true},
	{"cut in the size", BODY_CHUNKED, 0, "1", 1, false},
	{"cut in the data", BODY_CHUNKED, 0, "5\r\nab", 5, false},
	{"cut before the last LF", BODY_CHUNKED, 0, "0\r\n\r", 4, false},
	{"data like framing", BODY_CHUNKED, 0, "5\r\n0\r\n\r\n\r\n0\r\n\r\n",
	 15, true},
	{"no size", BODY_CHUNKED, 0, "\r\n", -1, false},
	{"no digit", BODY_CHUNKED, 0, "g\r\n", -1, false},
	{"a blank first", BODY_CHUNKED, 0, " 1\r\n", -1, false},
	{"a sign", BODY_CHUNKED, 0, "+1\r\n", -1, false},
	{"0x", BODY_CHUNKED, 0, "0x1\r\n", -1, false},
	{"LF behind the size", BODY_CHUNKED, 0, "1\na", -1, false},
	{"CR alone behind the size", BODY_CHUNKED, 0, "1\ra", -1, false},
	{"LF behind the data", BODY_CHUNKED, 0, "1\r\na\n", -1, false},
	{"too much data", BODY_CHUNKED, 0, "1\r\nab", -1, false},
	{"CR alone behind the data", BODY_CHUNKED, 0, "1\r\na\rb", -1, false},
	{"LF in an extension", BODY_CHUNKED, 0, "1;a\n", -1, false},
	{"control byte in an extension", BODY_CHUNKED, 0, "1;\x01", -1, false},
	{"LF behind a trailer", BODY_CHUNKED, 0, "0\r\nA\n", -1, false},
	{"CR alone in a trailer", BODY_CHUNKED, 0, "0\r\nA\rb", -1, false},
	{"CR alone at the end", BODY_CHUNKED, 0, "0\r\n\rb", -1, false},
	{"the largest size", BODY_CHUNKED, 0, "7fffffff\r\nx", 11, false},
	{"beyond it", BODY_CHUNKED, 0, "80000000\r\n", -1, false},
	{"zeros before the largest size", BODY_CHUNKED, 0,
	 "0000000000000000007fffffff\r\nx", 29, false},
};

/* What is not of RFC 9112 7.1, or of one reading, and what is near to it. */
static const struct body_case grammar_cases[] = {
	{"4 GiB and 5", BODY_CHUNKED, 0, "100000005\r\nabcde\r\n", -1, false},
	{"64 bits and 5", BODY_CHUNKED, 0, "10000000000000005\r\nabcde", -1,
	 false},
	{"a word behind the size", BODY_CHUNKED, 0, "5 a\r\n", -1, false},
	{"a blank behind the size", BODY_CHUNKED, 0, "1 \r\nx", -1, false},
	{"a tab behind the size", BODY_CHUNKED, 0, "1\t\r\nx", -1, false},
	{"no extension", BODY_CHUNKED, 0, "5;\r\n", -1, false},
	{"a blank extension", BODY_CHUNKED, 0, "5; \r\n", -1, false},
	{"two semicolons", BODY_CHUNKED, 0, "5;;a\r\n", -1, false},
	{"a semicolon at the end", BODY_CHUNKED, 0, "5;a;\r\n", -1, false},
	{"no token", BODY_CHUNKED, 0, "5;[\r\n", -1, false},
	{"no token behind one", BODY_CHUNKED, 0, "5;a[\r\n", -1, false},
	{"two words", BODY_CHUNKED, 0, "5;a b\r\n", -1, false},
	{"a blank behind a name", BODY_CHUNKED, 0, "5;a \r\n", -1, false},
	{"no value", BODY_CHUNKED, 0, "5;a=\r\n", -1, false},
	{"no value, and another", BODY_CHUNKED, 0, "5;a=;b\r\n", -1, false},
	{"no name", BODY_CHUNKED, 0, "5;=b\r\n", -1, false},
	{"two values", BODY_CHUNKED, 0, "5;a=b=c\r\n", -1, false},
	{"two words for a value", BODY_CHUNKED, 0, "5;a=b c\r\n", -1, false},
	{"a value that is no token", BODY_CHUNKED, 0, "5;a=b/c\r\n", -1, false},
	{"obs-text outside quotes", BODY_CHUNKED, 0, "5;a=\xe4\r\n", -1, false},
	{"text behind a quote", BODY_CHUNKED, 0, "5;a=\"b\"c\r\n", -1, false},
	{"a quote within a token", BODY_CHUNKED, 0, "5;a=b\"c\"\r\n", -1,
	 false},
	{"a quote without its end", BODY_CHUNKED, 0, "5;a=\"b\r\n", -1, false},
	{"a quoted end of line", BODY_CHUNKED, 0, "5;a=\"\\\r\n\"\r\n", -1,
	 false},
	{"a control byte in quotes", BODY_CHUNKED, 0, "5;a=\"\x01\"\r\n", -1,
	 false},
	{"a comma", BODY_CHUNKED, 0, "5,5\r\n", -1, false},
	{"a size of hex and more", BODY_CHUNKED, 0, "5g\r\n", -1, false},
	{"an underscore", BODY_CHUNKED, 0, "1_0\r\n", -1, false},
	{"extensions", BODY_CHUNKED, 0, "1;a;b=c;d=\"e;\\\"\xe4\"\r\nx", 20,
	 false},
	{"an empty quote", BODY_CHUNKED, 0, "1;a=\"\"\r\nx", 9, false},
	{"blanks where they may be", BODY_CHUNKED, 0,
	 "1 ;\ta = \"b\" ; c\t;d= e\r\nx", 24, false},
	{"a trailer that is a request", BODY_CHUNKED, 0,
	 "0\r\nGET /moved HTTP/1.1\r\nHost: a\r\n\r\n", -1, false},
	{"a trailer with a blank first", BODY_CHUNKED, 0, "0\r\n X: y\r\n\r\n",
	 -1, false},
	{"a folded trailer", BODY_CHUNKED, 0, "0\r\nX: y\r\n z\r\n\r\n", -1,
	 false},
	{"no colon", BODY_CHUNKED, 0, "0\r\nno colon\r\n\r\n", -1, false},
	{"nor a blank", BODY_CHUNKED, 0, "0\r\nX\r\n\r\n", -1, false},
	{"a blank before the colon", BODY_CHUNKED, 0, "0\r\nX : y\r\n\r\n", -1,
	 false},
	{"no name of a trailer", BODY_CHUNKED, 0, "0\r\n: y\r\n\r\n", -1,
	 false},
	{"a name that is no token", BODY_CHUNKED, 0, "0\r\nX[: y\r\n\r\n", -1,
	 false},
	{"NUL in a trailer", BODY_CHUNKED, 0, "0\r\nX: \x01\r\n\r\n", -1,
	 false},
	{"an empty trailer, and a long name", BODY_CHUNKED, 0,
	 "0\r\nX:\r\nx-forwarded-for-and-more: y\r\n\r\n", 38, true},
	{"Host in a trailer", BODY_CHUNKED, 0, "0\r\nHost: a\r\n\r\n", -1,
	 false},
	{"a length in a trailer", BODY_CHUNKED, 0,
	 "0\r\nX: y\r\ncontent-LENGTH: 5\r\n\r\n", -1, false},
	{"a coding in a trailer", BODY_CHUNKED, 0,
	 "0\r\nTransfer_Encoding: chunked\r\n\r\n", -1, false},
	{"names like these", BODY_CHUNKED, 0,
	 "0\r\nHosts: a\r\nContent-Lengths: 5\r\n\r\n", 35, true},
};

static const struct body_case response_cases[] = {
	{"a response's size", BODY_CHUNKED, 0, "7fffffffffffffff\r\nx", 19,
	 false},
	{"beyond it", BODY_CHUNKED, 0, "8000000000000000\r\n", -1, false},
	{"a response's blanks", BODY_CHUNKED, 0,
	 "1  \r\nx\r\n1;a \r\nx\r\n0 \r\n\r\n", 23, true},
	{"a response's extension", BODY_CHUNKED, 0, "1;\r\nx", -1, false},
	{"a response's trailers", BODY_CHUNKED, 0, "0\r\nVia: y\r\n\r\n", 13,
	 true},
	{"no response's trailer", BODY_CHUNKED, 0, "0\r\nX y\r\n", -1, false},
};

static ssize_t scan(struct body *body, const char *text, size_t len)
{
	return body_scan(body, (void *)guard_copy(text, len), len);
}

/* Scan the input in two pieces; the bytes used, or -1. */
static int scan_cut(struct body *body, const char *text, size_t cut)
{
	size_t len = strlen(text);
	ssize_t first, second;

	first = scan(body, text, cut);
	if (first < 0 || (size_t)first < cut)
		return first;
	second = scan(body, text + cut, len - cut);
	return second < 0 ? -1 : first + second;
}

static void check(const struct body_case *cases, size_t count, bool lenient)
{
	size_t i, cut;

	for (i = 0; i < count; i++) {
		const struct body_case *c = &cases[i];

		for (cut = 0; cut <= strlen(c->input); cut++) {
			struct body body;
			int used;

			body_init(&body, c->kind, c->length);
			body.lenient = lenient;
			used = scan_cut(&body, c->input, cut);
			if (used < 0)
				used = -1;
			if (used != c->used || body_done(&body) != c->done)
				fail_msg("%s, cut at %zu: %d", c->about, cut,
					 used);
		}
	}
}

static void test_cases(void **state)
{
	(void)state;
	check(body_cases, sizeof(body_cases) / sizeof(*body_cases), false);
}

static void s9_grammar(void **state)
{
	(void)state;
	check(grammar_cases, sizeof(grammar_cases) / sizeof(*grammar_cases),
	      false);
	check(response_cases, sizeof(response_cases) / sizeof(*response_cases),
	      true);
}

/* How many chunks of a kind pass before it is too much, up to 10,000. */
static int chunks(const char *text)
{
	struct body body;
	int n = 0;

	body_init(&body, BODY_CHUNKED, 0);
	while (n < 10000 && scan(&body, text, strlen(text)) > 0)
		n++;
	return n;
}

/* Extensions are limited in all, where they are not for much data. */
static void s9_excess(void **state)
{
	static char text[1100];

	(void)state;
	assert_int_equal(chunks("1\r\nx\r\n"), 10000);
	assert_int_equal(chunks("1;name=value\r\nx\r\n"), 10000);
	memset(text, 'a', sizeof(text));
	memcpy(text, "1;", 2);
	memcpy(text + 1000, "\r\nx\r\n", sizeof("\r\nx\r\n"));
	assert_int_equal(chunks(text), 16);
	memset(text, '0', 1000);
	memcpy(text + 998, "32\r\n", 5);
	memset(text + 1002, 'x', 50);
	memcpy(text + 1052, "\r\n", 3);
	assert_int_equal(chunks(text), 18);
}

static void test_limits(void **state)
{
	static char text[BODY_TRAILER_MAX + 100];
	struct body body;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "0;", 2);
	body_init(&body, BODY_CHUNKED, 0);
	assert_int_equal(scan(&body, text, BODY_LINE_MAX), BODY_LINE_MAX);
	assert_int_equal(scan(&body, text, 1), -EBADMSG);
	memset(text, '0', sizeof(text));
	body_init(&body, BODY_CHUNKED, 0);
	assert_int_equal(scan(&body, text, BODY_LINE_MAX + 1), -EBADMSG);
	memset(text, 'x', sizeof(text));
	memcpy(text, "0\r\nX:", sizeof("0\r\nX:") - 1);
	body_init(&body, BODY_CHUNKED, 0);
	assert_int_equal(scan(&body, text, 3 + BODY_TRAILER_MAX - 1),
			 3 + BODY_TRAILER_MAX - 1);
	assert_int_equal(scan(&body, text, 2), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(s9_grammar),
		cmocka_unit_test(s9_excess),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
