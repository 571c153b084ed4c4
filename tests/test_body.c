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
	{"the largest size", BODY_CHUNKED, 0, "7fffffffffffffff\r\nx", 19,
	 false},
	{"beyond it", BODY_CHUNKED, 0, "80000000000000000\r\n", -1, false},
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

static void test_cases(void **state)
{
	size_t i, cut;

	(void)state;
	for (i = 0; i < sizeof(body_cases) / sizeof(*body_cases); i++) {
		const struct body_case *c = &body_cases[i];

		for (cut = 0; cut <= strlen(c->input); cut++) {
			struct body body;
			int used;

			body_init(&body, c->kind, c->length);
			used = scan_cut(&body, c->input, cut);
			if (used < 0)
				used = -1;
			if (used != c->used || body_done(&body) != c->done)
				fail_msg("%s, cut at %zu: %d", c->about, cut,
					 used);
		}
	}
}

static void test_limits(void **state)
{
	static char text[BODY_TRAILER_MAX + 100];
	struct body body;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[0] = '0';
	text[1] = ';';
	body_init(&body, BODY_CHUNKED, 0);
	assert_int_equal(scan(&body, text, BODY_LINE_MAX), BODY_LINE_MAX);
	assert_int_equal(scan(&body, text, 1), -EBADMSG);
	memset(text, '0', sizeof(text));
	body_init(&body, BODY_CHUNKED, 0);
	assert_int_equal(scan(&body, text, BODY_LINE_MAX + 1), -EBADMSG);
	memcpy(text, "0\r\n", 3);
	body_init(&body, BODY_CHUNKED, 0);
	assert_int_equal(scan(&body, text, 3 + BODY_TRAILER_MAX - 1),
			 3 + BODY_TRAILER_MAX - 1);
	assert_int_equal(scan(&body, text, 2), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
