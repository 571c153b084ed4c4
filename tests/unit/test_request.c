// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "guard.h"
#include "head.h"
#include "map_view.h"
#include "request.h"

/* host NULL: status is what comes back; path with its query */
struct request_case {
	const char *about;
	const char *input;
	int status;
	const char *host, *path;
	uint32_t path_len;
};

static const struct request_case request_cases[] = {
	{"plain", "GET /a HTTP/1.1\r\nHost: h.example\r\n\r\n", 0, "h.example",
	 "/a", 2},
	{"query", "GET /a?b?c HTTP/1.1\r\nHost: h\r\n\r\n", 0, "h", "/a?b?c",
	 2},
	{"empty query", "GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", 0, "h", "/a?",
	 2},
	{"normal form",
	 "GET /%7e/./b/..?%7E%2f HTTP/1.1\r\nHost: H.:80\r\n\r\n", 0, "h",
	 "/~/?~%2F", 3},
	{"a query is no path", "GET /a?/../b HTTP/1.1\r\nHost: h\r\n\r\n", 0,
	 "h", "/a?/../b", 2},
	{"IPv6", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 0, "[::1]", "/",
	 1},
	{"absolute", "GET http://A/b?c HTTP/1.1\r\nHost: h\r\n\r\n", 0, "a",
	 "/b?c", 2},
	{"absolute without path", "GET http://a HTTP/1.1\r\nHost: h\r\n\r\n", 0,
	 "a", "/", 1},
	{"absolute with a query alone",
	 "GET http://a?b HTTP/1.1\r\nHost: h\r\n\r\n", 0, "a", "/?b", 1},
	{"asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 0, "h", "", 0},
	{"1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 0, "", "/", 1},
	{"1.0 with Host", "GET / HTTP/1.0\r\nHost: h\r\n\r\n", 0, "h", "/", 1},
	{"1.0 with a bad Host", "GET / HTTP/1.0\r\nHost: h h\r\n\r\n", 400,
	 NULL, NULL, 0},
	{"1.0 with two", "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n", 400,
	 NULL, NULL, 0},
	{"no Host", "GET / HTTP/1.1\r\n\r\n", 400, NULL, NULL, 0},
	{"no Host beside an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n",
	 400, NULL, NULL, 0},
	{"an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, NULL, NULL,
	 0},
	{"a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, NULL, NULL, 0},
	{"userinfo", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400, NULL, NULL, 0},
	{"a bad port", "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", 400, NULL, NULL,
	 0},
	{"https", "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 421, NULL, NULL,
	 0},
	{"https to 80", "GET hTTpS://a:80 HTTP/1.0\r\n\r\n", 421, NULL, NULL,
	 0},
	{"https without Host", "GET https://a/ HTTP/1.1\r\n\r\n", 400, NULL,
	 NULL, 0},
	{"https and a bad authority",
	 "GET https://a..b/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, NULL, NULL, 0},
	{"a bad authority", "GET http://a..b/ HTTP/1.1\r\nHost: h\r\n\r\n", 400,
	 NULL, NULL, 0},
	{"no Host for OPTIONS *", "OPTIONS * HTTP/1.1\r\n\r\n", 400, NULL, NULL,
	 0},
};

/* What came by TLS. */
static const struct request_case https_cases[] = {
	{"https", "GET https://A/b?c HTTP/1.1\r\nHost: h\r\n\r\n", 0, "a",
	 "/b?c", 2},
	{"https to 80", "GET hTTpS://a:80 HTTP/1.0\r\n\r\n", 0, "a", "/", 1},
	{"http", "GET http://A/b?c HTTP/1.1\r\nHost: h\r\n\r\n", 0, "a", "/b?c",
	 2},
	{"no target of a scheme", "GET /b HTTP/1.1\r\nHost: h:443\r\n\r\n", 0,
	 "h", "/b", 2},
	{"https without Host", "GET https://a/ HTTP/1.1\r\n\r\n", 400, NULL,
	 NULL, 0},
	{"https and a bad authority",
	 "GET https://a..b/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, NULL, NULL, 0},
};

static struct map_key key;
static bool by_tls;

static int ask(const char *text, size_t len)
{
	const uint8_t *buf = (void *)guard_copy(text, len);
	struct head head;

	head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	if (head_scan(&head, buf, len) != HEAD_DONE)
		fail_msg("no head: %s", text);
	return request_key(&key, &head, buf, by_tls);
}

static void check(const struct request_case *c)
{
	size_t len = strlen(c->path);
	uint32_t query_len = len > c->path_len ? len - c->path_len - 1 : 0;

	if (key.host_len != strlen(c->host) ||
	    memcmp(key.host, c->host, key.host_len))
		fail_msg("%s: host", c->about);
	if (key.path_len != c->path_len || key.query_len != query_len ||
	    key.has_query != (len > c->path_len) ||
	    memcmp(key.path, c->path, len))
		fail_msg("%s: path", c->about);
}

static void check_all(const struct request_case *c, size_t count)
{
	for (; count--; c++) {
		int status = ask(c->input, strlen(c->input));

		if (status != c->status)
			fail_msg("%s: %d", c->about, status);
		if (c->host)
			check(c);
		if (c->host && !key.https != !by_tls)
			fail_msg("%s: scheme", c->about);
	}
}

static void test_cases(void **state)
{
	(void)state;
	by_tls = false;
	check_all(request_cases,
		  sizeof(request_cases) / sizeof(*request_cases));
}

static void test_https(void **state)
{
	(void)state;
	by_tls = true;
	check_all(https_cases, sizeof(https_cases) / sizeof(*https_cases));
}

/* Ask for a target of a path and a query; '"' takes three bytes in them. */
static int ask_long(size_t path, size_t query, char c)
{
	static char text[LIMIT_HEAD];
	size_t len = 5;

	memcpy(text, "GET /", len);
	memset(text + len, c, path - 1);
	len += path - 1;
	if (query) {
		text[len] = '?';
		memset(text + len + 1, c, query - 1);
		len += query;
	}
	memcpy(text + len, " HTTP/1.1\r\nHost: h\r\n\r\n", 23);
	return ask(text, len + 22);
}

static void test_length(void **state)
{
	(void)state;
	assert_int_equal(ask_long(LIMIT_PATH, 0, 'a'), 0);
	assert_int_equal(ask_long(LIMIT_PATH - 1, 1, 'a'), 0);
	assert_int_equal(ask_long(1, LIMIT_PATH - 1, 'a'), 0);
	assert_int_equal(key.path_len + 1 + key.query_len, LIMIT_PATH);
	assert_int_equal(ask_long(1 + (LIMIT_PATH - 1) / 3, 0, '"'), 0);
	assert_int_equal(ask_long(2 + LIMIT_PATH / 3, 0, '"'), 414);
	assert_int_equal(ask_long(LIMIT_PATH / 3, 9, '"'), 414);
	assert_int_equal(ask_long(1, 2 + LIMIT_PATH / 3, '"'), 414);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_https),
		cmocka_unit_test(test_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
