// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "http_answer.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* The lines of heads, and what is kept of them. */
static const struct {
	const char *lines;
	int status;
	const char *location;
	unsigned int redirect;
	bool done;
} heads[] = {
	{"HTTP/1.1 301 x\r\nLocation: a\r\n\r\n", 301, "a", 1, true},
	{"HTTP/1.1 301\r\nlOCATION:\t a b \t\r\n\r\n", 301, "a b", 1, true},
	{"HTTP/1.0 404 x\n\n", 404, "", 0, true},
	{"HTTP/1.1 301 x\r\nLocation:\r\n\r\n", 301, "", 1, true},
	{"HTTP/1.1 301 x\r\nLocation: a\r\nLocation: b\r\n\r\n", 301, "a", 2,
	 true},
	{"HTTP/1.1 301 x\r\nLocation: a\r\n b\r\nX: y\r\n z\r\n\r\n", 301,
	 "a b", 1, true},
	{"HTTP/1.1 301 x\r\nLocation: a\r\nLocation: b\r\n c\r\n\r\n", 301, "a",
	 2, true},
	{"HTTP/1.1 301 x\r\nX-Location: a\r\nLocations: b\r\n\r\n", 301, "", 0,
	 true},
	{"HTTP/1.1 301 x\r\nHTTP/1.1 404 x\r\n\r\n", 301, "", 0, true},
	{"HTTP/1.1 103 x\r\nLocation: a\r\n\r\nHTTP/1.1 200 x\r\n\r\n", 200, "",
	 0, true},
	{"HTTP/1.1 200 x\r\n\r\nLocation: trailer\r\n\r\n", 200, "", 0, true},
	{"HTTP/1.1 301 x\r\nLocation: a\r\n", 301, "a", 1, false},
	{"HTTP/1.1 103 x\r\n\r\n", 103, "", 0, false},
	{"HTTP/1.1 \r\n\r\n", 0, "", 0, false},
	{"HTTP\r\n\r\n", 0, "", 0, false},
	{"\r\n\r\n", 0, "", 0, false},
};

/* Each line in memory of its own size. */
static bool line_give(struct http_answer *answer, const char *line, size_t len)
{
	char *copy = malloc(len);
	bool taken;

	assert_non_null(copy);
	memcpy(copy, line, len);
	taken = http_answer_line(answer, copy, len);
	free(copy);
	return taken;
}

static void test_heads(void **state)
{
	static struct http_answer answer;
	const char *at, *end;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(heads); i++) {
		http_answer_begin(&answer);
		for (at = heads[i].lines; *at; at = end) {
			end = strchr(at, '\n') + 1;
			assert_true(line_give(&answer, at, end - at));
		}
		assert_int_equal(answer.status, heads[i].status);
		assert_string_equal(answer.location, heads[i].location);
		assert_int_equal(answer.location_len,
				 strlen(heads[i].location));
		assert_int_equal(answer.redirect, heads[i].redirect);
		assert_int_equal(answer.head_done, heads[i].done);
		assert_null(answer.failure);
	}
}

/* A Location is cut, a head refused; bytes behind them are not touched. */
static void test_limits(void **state)
{
	static struct http_answer answer;
	static char line[60000];
	unsigned int i;

	(void)state;
	http_answer_begin(&answer);
	assert_true(line_give(&answer, "HTTP/1.1 301 x\r\n", 16));
	memset(line, 'x', sizeof(line));
	memcpy(line, "Location:", 9);
	assert_true(line_give(&answer, line, 30000));
	assert_int_equal(answer.location_len, HTTP_LOCATION_MAX);
	assert_true(line_give(&answer, " y\r\n", 4));
	assert_int_equal(strlen(answer.location), HTTP_LOCATION_MAX);
	assert_false(line_give(&answer, line, 40000));
	assert_non_null(answer.failure);

	http_answer_begin(&answer);
	for (i = 0; i < HTTP_HEAD_MAX / 20; i++)
		assert_true(line_give(&answer, "HTTP/1.1 103\r\n\r\n", 14) &&
			    line_give(&answer, "X: y\r\n", 6));
	assert_false(line_give(&answer, line, 100));

	http_answer_begin(&answer);
	assert_true(http_answer_body(&answer, HTTP_BODY_MAX));
	assert_false(http_answer_body(&answer, 1));
}

/* What NUL cuts is cut for good. */
static void test_nul(void **state)
{
	static struct http_answer answer;

	(void)state;
	http_answer_begin(&answer);
	line_give(&answer, "HTTP/1.1 301 x\r\n", 16);
	line_give(&answer, "Location: a\0b\r\n", 15);
	assert_string_equal(answer.location, "a");
	assert_int_equal(answer.location_len, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
