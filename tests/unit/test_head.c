// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "head.h"
#include "limit.h"

#define START "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"
#define WITH(lines) START HOST lines "\r\n"

struct head_case {
	const char *about;
	const char *input;
	int result;
	uint32_t flags; /* when it is HEAD_DONE */
};

static const struct head_case head_cases[] = {
	{"nothing", "", HEAD_MORE, 0},
	{"empty lines", "\r\n\n\r", HEAD_MORE, 0},
	{"plain", WITH(""), HEAD_DONE, HEAD_GET},
	{"no end yet", START HOST, HEAD_MORE, 0},
	{"half an end", START HOST "\r", HEAD_MORE, 0},
	{"LF ends lines", "GET / HTTP/1.1\nA:b\n\n", HEAD_DONE,
	 HEAD_GET | HEAD_AMBIGUOUS},
	{"empty lines before", "\r\n\n\r\n" WITH(""), HEAD_DONE, HEAD_GET},
	{"CR before", "\r" WITH(""), 400, 0},
	{"HEAD", "HEAD / HTTP/1.1\r\n\r\n", HEAD_DONE, HEAD_HEAD},
	{"OPTIONS", "OPTIONS / HTTP/1.1\r\n\r\n", HEAD_DONE, HEAD_OPTIONS},
	{"OPTIONS *", "OPTIONS * HTTP/1.1\r\n\r\n", HEAD_DONE,
	 HEAD_OPTIONS | HEAD_ASTERISK},
	{"methods have a case", "get / HTTP/1.1\r\n\r\n", HEAD_DONE, 0},
	{"any token", "!#$%&'*+-.^_`|~9z / HTTP/1.1\r\n\r\n", HEAD_DONE, 0},
	{"GETS is not GET", "GETS / HTTP/1.1\r\n\r\n", HEAD_DONE, 0},
	{"CONNECT", "CONNECT a:1 HTTP/1.1\r\n", 405, 0},
	{"CONNECT with a bad version", "CONNECT a:1 HTTP/2.0\r\n", 505, 0},
	{"no method", " / HTTP/1.1\r\n", 400, 0},
	{"no token", "G(T / HTTP/1.1\r\n", 400, 0},
	{"method and line end", "GET\r\n", 400, 0},
	{"no target", "GET  HTTP/1.1\r\n", 400, 0},
	{"no version", "GET /\r\n", 400, 0},
	{"blank and no version", "GET / \r\n", 400, 0},
	{"fragment", "GET /a#", 400, 0},
	{"control byte", "GET /a\x1f", 400, 0},
	{"tab in the target", "GET /\t", 400, 0},
	{"DEL in the target", "GET /\x7f", 400, 0},
	{"bytes over 0x80", "GET /\x80\xff HTTP/1.1\r\n\r\n", HEAD_DONE,
	 HEAD_GET},
	{"star", "GET * HTTP/1.1\r\n", 400, 0},
	{"star and more", "OPTIONS *a HTTP/1.1\r\n", 400, 0},
	{"no slash", "GET a HTTP/1.1\r\n", 400, 0},
	{"absolute", "GET http://h/p HTTP/1.1\r\n\r\n", HEAD_DONE,
	 HEAD_GET | HEAD_ABSOLUTE},
	{"absolute https", "GET hTTps://h HTTP/1.1\r\n\r\n", HEAD_DONE,
	 HEAD_GET | HEAD_ABSOLUTE | HEAD_SECURE},
	{"absolute without host", "GET http:// HTTP/1.1\r\n", 400, 0},
	{"absolute without name", "GET http://:80/ HTTP/1.1\r\n", 400, 0},
	{"userinfo", "GET http://u@h/ HTTP/1.1\r\n", 400, 0},
	{"an @ in the path", "GET http://h/@ HTTP/1.1\r\n\r\n", HEAD_DONE,
	 HEAD_GET | HEAD_ABSOLUTE},
	{"another scheme", "GET httpx://h/ HTTP/1.1\r\n", 400, 0},
	{"1.0", "GET / HTTP/1.0\r\n\r\n", HEAD_DONE, HEAD_GET},
	{"1.9", "GET / HTTP/1.9\r\n\r\n", HEAD_DONE, HEAD_GET},
	{"0.9", "GET / HTTP/0.9\r\n", 400, 0},
	{"2.0", "GET / HTTP/2.0\r\n", 505, 0},
	{"9.9", "GET / HTTP/9.9\r\n", 505, 0},
	{"the preface of HTTP/2", "PRI * HTTP/2.0\r\n", 505, 0},
	{"no minor", "GET / HTTP/1.\r\n", 400, 0},
	{"two digits", "GET / HTTP/1.11\r\n", 400, 0},
	{"lower case", "GET / http/1.1\r\n", 400, 0},
	{"a comma", "GET / HTTP/1,1\r\n", 400, 0},
	{"an endless version", "GET / HTTP/1.1xx", 400, 0},
	{"a blank behind the version", "GET / HTTP/1.1 \r\n", 400, 0},
	{"CR in the version", "GET / HTTP/1.1\rx", 400, 0},

	{"no colon", START "A\r\n", 400, 0},
	{"no name", START ":b\r\n", 400, 0},
	{"blank before the colon", START "A : b\r\n", 400, 0},
	{"tab before the colon", START "A\t: b\r\n", 400, 0},
	{"line begins with a blank", START " A: b\r\n", 400, 0},
	{"obs-fold", START "A: b\r\n\tc\r\n", 400, 0},
	{"empty value", WITH("A:\r\n"), HEAD_DONE, HEAD_GET},
	{"tab in a value", WITH("A: b\tc\r\n"), HEAD_DONE, HEAD_GET},
	{"only tabs", WITH("A:\t\t\t\t\t\t\t\t\t\r\n"), HEAD_DONE, HEAD_GET},
	{"bytes over 0x80 in a value", WITH("A: \x80\xff\r\n"), HEAD_DONE,
	 HEAD_GET},
	{"control byte in a value", START "A: \x01", 400, 0},
	{"DEL in a value", START "A: \x7f", 400, 0},
	{"bare CR", START "A: b\rc", 400, 0},
	{"CR CR LF", START "A: b\r\r", 400, 0},
	{"a bare CR for the end", START "\rA", 400, 0},

	{"close", WITH("Connection: close\r\n"), HEAD_DONE,
	 HEAD_GET | HEAD_CLOSE},
	{"close in capitals", WITH("CONNECTION:CLOSE\r\n"), HEAD_DONE,
	 HEAD_GET | HEAD_CLOSE},
	{"both, in a list", WITH("connection: a, keep-alive ,\tclose,\r\n"),
	 HEAD_DONE, HEAD_GET | HEAD_CLOSE | HEAD_KEEP_ALIVE},
	{"both, in two lines",
	 WITH("Connection: keep-alive\r\nConnection: close\r\n"), HEAD_DONE,
	 HEAD_GET | HEAD_CLOSE | HEAD_KEEP_ALIVE},
	{"like close", WITH("Connection: closer, clos, keep-aliv\r\n"),
	 HEAD_DONE, HEAD_GET},
	{"another field of that length", WITH("Connectioo: close\r\n"),
	 HEAD_DONE, HEAD_GET},
	{"expect", WITH("Expect: 100-Continue\r\n"), HEAD_DONE,
	 HEAD_GET | HEAD_EXPECT},
	{"expect something else", WITH("Expect: 100-continua\r\n"), HEAD_DONE,
	 HEAD_GET},
	{"expect in 1.0", "GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n",
	 HEAD_DONE, HEAD_GET},

	{"length", WITH("Content-Length: 12\r\n"), HEAD_DONE,
	 HEAD_GET | HEAD_LENGTH},
	{"length twice", WITH("Content-Length: 12\r\ncontent-length:012 \r\n"),
	 HEAD_DONE, HEAD_GET | HEAD_LENGTH | HEAD_AMBIGUOUS},
	{"two lengths", WITH("Content-Length: 1\r\nContent-Length: 2\r\n"), 400,
	 0},
	{"a bad length before a good one",
	 WITH("Content-Length: x\r\nContent-Length: 2\r\n"), 400, 0},
	{"no digits", WITH("Content-Length:\r\n"), 400, 0},
	{"sign", WITH("Content-Length: -1\r\n"), 400, 0},
	{"hex", WITH("Content-Length: 0x1\r\n"), 400, 0},
	{"list", WITH("Content-Length: 1,1\r\n"), 400, 0},
	{"blank inside", WITH("Content-Length: 1 1\r\n"), 400, 0},
	{"18 digits", WITH("Content-Length: 999999999999999999\r\n"), HEAD_DONE,
	 HEAD_GET | HEAD_LENGTH},
	{"beyond 64 bits", WITH("Content-Length: 18446744073709551617\r\n"),
	 400, 0},
	{"chunked", WITH("Transfer-Encoding: Chunked\r\n"), HEAD_DONE,
	 HEAD_GET | HEAD_CODED | HEAD_CHUNKED},
	{"chunked in a list", WITH("Transfer-Encoding:,chunked, ,\r\n"),
	 HEAD_DONE, HEAD_GET | HEAD_CODED | HEAD_CHUNKED | HEAD_AMBIGUOUS},
	{"chunked twice", WITH("Transfer-Encoding: chunked,chunked\r\n"), 400,
	 0},
	{"gzip", WITH("Transfer-Encoding: gzip\r\n"), 501, 0},
	{"gzip, chunked",
	 WITH("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), 501,
	 0},
	{"chunked, gzip", WITH("Transfer-Encoding: chunked, gzip\r\n"), 400, 0},
	{"chunked, then gzip",
	 WITH("Transfer-Encoding: CHUNKED\r\ntransfer-encoding: gzip\r\n"), 400,
	 0},
	{"chunked, gzip, chunked",
	 WITH("Transfer-Encoding: chunked,gzip ,\tchunked\r\n"), 400, 0},
	{"gzip, chunked, chunked",
	 WITH("Transfer-Encoding: gzip, chunked, chunked\r\n"), 400, 0},
	{"chunked, identity", WITH("Transfer-Encoding: chunked, identity\r\n"),
	 400, 0},
	{"identity", WITH("Transfer-Encoding: identity\r\n"), 501, 0},
	{"chunked, and a second line of nothing",
	 WITH("Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n"),
	 HEAD_DONE, HEAD_GET | HEAD_CODED | HEAD_CHUNKED | HEAD_AMBIGUOUS},
	{"chunked with parameter", WITH("Transfer-Encoding: chunked;a\r\n"),
	 501, 0},
	{"no coding", WITH("Transfer-Encoding: \r\n"), 501, 0},
	{"chunked in 1.0",
	 "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, 0},
	{"chunked and length",
	 WITH("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"), 400, 0},
	{"gzip and length",
	 WITH("Content-Length: 0\r\nTransfer-Encoding: gzip\r\n"), 400, 0},
};

static void check(const struct head *head, int result,
		  const struct head_case *c, size_t cut)
{
	if (result != c->result ||
	    (result == HEAD_DONE && head->flags != c->flags))
		fail_msg("%s, cut at %zu: %d, flags %u", c->about, cut, result,
			 head->flags);
	if (result == HEAD_DONE && head->len != strlen(c->input))
		fail_msg("%s: length %u", c->about, head->len);
}

static int scan(struct head *head, const char *text, size_t len)
{
	return head_scan(head, (void *)guard_copy(text, len), len);
}

/* However a head is cut, what comes of it is the same. */
static void test_cases(void **state)
{
	size_t i, cut, n;

	(void)state;
	for (i = 0; i < sizeof(head_cases) / sizeof(*head_cases); i++) {
		const struct head_case *c = &head_cases[i];
		size_t len = strlen(c->input);
		int result = HEAD_MORE;
		struct head head;

		for (cut = 0; cut <= len; cut++) {
			head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
			result = scan(&head, c->input, cut);
			if (result == HEAD_MORE)
				result = scan(&head, c->input, len);
			check(&head, result, c, cut);
		}
		head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
		result = HEAD_MORE;
		for (n = 0; n <= len && result == HEAD_MORE; n++)
			result = scan(&head, c->input, n);
		check(&head, result, c, n);
	}
}

/* Every byte where it may stand, and where it may not. */
static void test_bytes(void **state)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
				    "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		int in_token = c && strchr(token, c);
		int in_value = c == '\t' || (c >= 0x20 && c != 0x7f);
		int in_target = c > 0x20 && c != 0x7f && c != '#';
		char text[64];
		struct head head;

		memcpy(text, "GE. / HTTP/1.1\r\n\r\n", 18);
		text[2] = c;
		head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
		assert_int_equal(scan(&head, text, 18),
				 in_token ? HEAD_DONE : 400);
		memcpy(text, "GET /aaaaaaaa. HTTP/1.1\r\n\r\n", 27);
		text[13] = c;
		head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
		assert_int_equal(scan(&head, text, 27),
				 in_target ? HEAD_DONE : 400);
		memcpy(text, "GET / HTTP/1.1\r\nAB.: x\r\n\r\n", 26);
		text[18] = c;
		head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
		assert_int_equal(scan(&head, text, 26),
				 in_token || c == ':' ? HEAD_DONE : 400);
		memcpy(text, "GET / HTTP/1.1\r\nA: xxxxxxx.xx\r\n\r\n", 33);
		text[26] = c;
		head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
		assert_int_equal(scan(&head, text, 33),
				 in_value ? HEAD_DONE : 400);
	}
}

static void assert_text(const char *text, uint32_t at, uint32_t len,
			const char *want)
{
	assert_int_equal(len, strlen(want));
	assert_memory_equal(text + at, want, len);
}

static void test_places(void **state)
{
	static const char text[] =
		"\r\nPOST http://H:1?q HTTP/1.0\nhost: \tb \n"
		"A: c\nHost:\t\nContent-Length: 7\n\n";
	struct head head;

	(void)state;
	head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	assert_int_equal(scan(&head, text, sizeof(text) - 1), HEAD_DONE);
	assert_text(text, head.method, head.method_len, "POST");
	assert_text(text, head.target, head.target_len, "http://H:1?q");
	assert_text(text, head.authority, head.authority_len, "H:1");
	assert_text(text, head.path, head.path_len, "?q");
	assert_text(text, head.host, head.host_len, "");
	assert_int_equal(head.hosts, 2);
	assert_int_equal(head.minor, 0);
	assert_int_equal(head.length, 7);
	assert_true(head_has_body(&head));
	assert_false(head_persists(&head));
}

static void test_persistence(void **state)
{
	static const struct {
		const char *text;
		int persists;
	} cases[] = {
		{"GET / HTTP/1.1\r\n\r\n", 1},
		{"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 0},
		{"GET / HTTP/1.0\r\n\r\n", 0},
		{"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 1},
		{"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct head head;

		head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
		assert_int_equal(scan(&head, cases[i].text,
				      strlen(cases[i].text)),
				 HEAD_DONE);
		assert_int_equal(head_persists(&head), cases[i].persists);
	}
}

/* A head of exactly size bytes, of which a field takes the most. */
static void sized(char *text, size_t size)
{
	memset(text, 'x', size);
	memcpy(text, START "A: ", sizeof(START) + 2);
	memcpy(text + size - 4, "\r\n\r\n", 4);
}

static void test_limits(void **state)
{
	static char text[40000];
	struct head head;
	uint32_t n;

	(void)state;
	sized(text, 1000);
	head_init(&head, 1000, 100);
	assert_int_equal(scan(&head, text, 999), HEAD_MORE);
	assert_int_equal(scan(&head, text, 1000), HEAD_DONE);
	sized(text, 1001);
	for (n = 990; n < 1010; n++) {
		head_init(&head, 1000, 100);
		assert_int_equal(scan(&head, text, n),
				 n < 1000 ? HEAD_MORE : HEAD_TOO_LARGE);
	}
	memset(text, '\n', 1100);
	head_init(&head, 1000, 100);
	assert_int_equal(scan(&head, text, 1100), HEAD_TOO_LARGE);

	memset(text, 'x', sizeof(text));
	memcpy(text, "GET /", 5);
	memcpy(text + 4 + 100, " HTTP/1.1\r\n\r\n", 13);
	head_init(&head, 1000, 100);
	assert_int_equal(scan(&head, text, 117), HEAD_DONE);
	head_init(&head, 1000, 99);
	assert_int_equal(scan(&head, text, 103), HEAD_MORE);
	assert_int_equal(scan(&head, text, 104), HEAD_TARGET_LONG);
	head_init(&head, 1000, 99);
	assert_int_equal(scan(&head, text, 117), HEAD_TARGET_LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_persistence),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
