// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "requests.h"

#define END " HTTP/1.1\r\nHost: h.example\r\n"

/* Large by its header; there is nothing to look into. */
static const struct map large = {
	.header.table[MAP_TABLE_RULES] = {.slots = MAP_AHEAD_SLOTS / 4,
					  .part_bits = 2}};
static const struct map small = {
	.header.table[MAP_TABLE_RULES] = {.slots = MAP_AHEAD_SLOTS / 4 - 1,
					  .part_bits = 2}};
static struct map over = {.lower = (struct map *)&large};
static struct requests requests;

static struct request *ask(const struct map *map, const char *text)
{
	struct head head;

	head_init(&head, LIMIT_HEAD, LIMIT_REQUEST_TARGET);
	return requests_next(&requests, map, &head, (const uint8_t *)text,
			     strlen(text));
}

/* What stands together, and how many of it are scanned at once. */
static const struct request_case {
	const char *about;
	unsigned int count;
	const char *text;
} request_cases[] = {
	{"one", 1, "GET /1" END "\r\n"},
	{"two", 2, "GET /1" END "\r\nGET /2" END "\r\n"},
	{"a part", 2, "GET /1" END "\r\nGET /2" END},
	{"a part alone", 1, "GET /1" END},
	{"refused", 2, "GET /1" END "\r\nGET\r\n\r\nGET /3" END "\r\n"},
	{"a bad host", 3,
	 "GET /1" END "\r\nGET / HTTP/1.1\r\nHost: ?\r\n\r\nGET /3" END "\r\n"},
	{"the last", 2,
	 "GET /1" END "\r\nGET /2" END "Connection: close\r\n\r\nGET /3" END
	 "\r\n"},
	{"a body", 2,
	 "GET /1" END "\r\nPUT /2" END "Content-Length: 30\r\n\r\n"
	 "GET /3" END "\r\n"},
	{"chunks", 1,
	 "PUT /1" END "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
	{"the server", 2, "OPTIONS *" END "\r\nGET /2" END "\r\n"},
};

static void assert_same(const struct request *a, const struct request *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->status, b->status);
	assert_memory_equal(&a->head, &b->head, sizeof(a->head));
	if (a->kind != REQUEST_WHOLE)
		return;
	assert_int_equal(a->key.host_len, b->key.host_len);
	assert_int_equal(a->key.path_len, b->key.path_len);
	assert_int_equal(a->key.has_query, b->key.has_query);
	assert_memory_equal(a->key.host, b->key.host, a->key.host_len);
	assert_memory_equal(a->key.path, b->key.path, a->key.path_len);
}

/* Each of several is what it is by itself. */
static void test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(request_cases) / sizeof(*request_cases); i++) {
		const struct request_case *c = &request_cases[i];
		static struct requests all;
		const char *text = c->text;
		unsigned int n;

		requests_end(&requests);
		ask(&large, text);
		if (requests.count != c->count)
			fail_msg("%s: %u", c->about, requests.count);
		all = requests;
		for (n = 0; n < c->count; n++) {
			requests_end(&requests);
			assert_ptr_equal(all.request[n].data, text);
			assert_same(ask(NULL, text), &all.request[n]);
			text += all.request[n].head.len;
		}
	}
}

/* What the server is to do with each. */
static const struct kind_case {
	const char *about;
	enum request_kind kind;
	int status;
	const char *text;
} kind_cases[] = {
	{"whole", REQUEST_WHOLE, 0, "GET /" END "\r\n"},
	{"a part", REQUEST_PART, 0, "GET /" END},
	{"no head", REQUEST_REFUSED, 400, "GET\r\n\r\n"},
	{"a version", REQUEST_REFUSED, 505, "GET / HTTP/2.0\r\n\r\n"},
	{"a coding", REQUEST_REFUSED, 501,
	 "PUT /" END "Transfer-Encoding: gzip, chunked\r\n\r\n"},
	{"a bad host", REQUEST_WRONG, 400, "GET / HTTP/1.1\r\nHost: ?\r\n\r\n"},
	{"https", REQUEST_REFUSED, 421, "GET https://h.example/" END "\r\n"},
};

static void test_kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kind_cases) / sizeof(*kind_cases); i++) {
		const struct kind_case *c = &kind_cases[i];
		const struct request *request;

		requests_end(&requests);
		request = ask(NULL, c->text);
		if (request->kind != c->kind || request->status != c->status)
			fail_msg("%s: %d, %d", c->about, request->kind,
				 request->status);
	}
}

/* Only a large map is waited for; an overlay is as large as its base. */
static void test_maps(void **state)
{
	static const char two[] = "GET /1" END "\r\nGET /2" END "\r\n";

	(void)state;
	requests_end(&requests);
	ask(NULL, two);
	assert_int_equal(requests.count, 1);
	requests_end(&requests);
	ask(&small, two);
	assert_int_equal(requests.count, 1);
	requests_end(&requests);
	ask(&over, two);
	assert_int_equal(requests.count, 2);
}

/* More than fit: in order, and each once. */
static void test_many(void **state)
{
	static char text[40 * 64];
	const char *at = text;
	char path[16];
	size_t len = 0;
	int i;

	(void)state;
	for (i = 0; i < 40; i++)
		len += sprintf(text + len, "GET /%d" END "\r\n", i);
	requests_end(&requests);
	for (i = 0; i < 40; i++) {
		const struct request *request = ask(&large, at);

		assert_in_range(requests.count, 1, PREFETCH_MAX);
		assert_int_equal(requests.next, i % PREFETCH_MAX + 1);
		sprintf(path, "/%d", i);
		assert_int_equal(request->key.path_len, strlen(path));
		assert_memory_equal(request->key.path, path, strlen(path));
		at += request->head.len;
	}
}

/* What was not expected next is scanned anew, and so is all after the end. */
static void test_elsewhere(void **state)
{
	static char text[] = "GET /1" END "\r\nGET /2" END "\r\n";
	size_t len = strlen(text) / 2;

	(void)state;
	requests_end(&requests);
	ask(&large, text);
	assert_memory_equal(ask(&large, "PUT /3" END "\r\n")->key.path, "/3",
			    2);
	ask(&large, text);
	text[len + 5] = '4';
	requests_end(&requests);
	assert_memory_equal(ask(&large, text + len)->key.path, "/4", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),	  cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_maps),	  cmocka_unit_test(test_many),
		cmocka_unit_test(test_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
