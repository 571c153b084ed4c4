// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <cmocka.h>
#include <jansson.h>

#include "access_line.h"
#include "answer_leave.h"
#include "error.h"
#include "utf8.h"

static union {
	struct answer_record record;
	char room[ANSWER_RECORD_MAX];
} made;

static char line[ACCESS_LINE_MAX + 1];

static void make(const char *texts[ANSWER_TEXTS])
{
	struct answer_record *record = &made.record;
	int i;

	answer_record_init(record);
	record->time = 86400 * 1000 + 7;
	record->status = 301;
	record->release = 12;
	record->family = AF_INET;
	record->port = 999;
	memcpy(record->address, "\x7f\0\0\1", 4);
	for (i = 0; i < ANSWER_TEXTS; i++)
		answer_record_put(record, i, texts[i], strlen(texts[i]));
}

static void target(uint16_t method, uint16_t at, uint16_t len)
{
	made.record.method_len = method;
	made.record.target_at = at;
	made.record.target_len = len;
}

static const char *write_line(enum access_format format)
{
	struct access_clock clock = {0, "", ""};
	size_t len = access_line(line, &clock, format, &made.record);

	assert_in_range(len, 1, ACCESS_LINE_MAX);
	assert_int_equal(line[len - 1], '\n');
	line[len - 1] = '\0';
	assert_int_equal(strlen(line), len - 1);
	assert_null(strchr(line, '\n'));
	return line;
}

static void test_combined(void **state)
{
	const char *texts[] = {"GET /a?b HTTP/1.1", "old.example",
			       "http://r/?q",	    "agent",
			       "old.example/*",	    "https://new.example/a"};

	(void)state;
	make(texts);
	made.record.bytes = 5;
	assert_string_equal(
		write_line(ACCESS_COMBINED),
		"127.0.0.1 - - [02/Jan/1970:00:00:00 +0000] \"GET /a?b HTTP/1.1\" 301 5 \"http://r/?q\" \"agent\" old.example/* 12");
}

static void test_nothing(void **state)
{
	const char *texts[] = {"", "", "", "", "", ""};

	(void)state;
	make(texts);
	made.record.family = 0;
	made.record.release = 0;
	made.record.status = 408;
	assert_string_equal(
		write_line(ACCESS_COMBINED),
		"- - - [02/Jan/1970:00:00:00 +0000] \"-\" 408 0 \"-\" \"-\" - -");
	assert_string_equal(
		write_line(ACCESS_JSON),
		"{\"time\":\"1970-01-02T00:00:00.007Z\",\"client\":null,\"scheme\":\"http\",\"host\":null,\"request\":null,\"status\":408,\"bytes\":0,\"referer\":null,\"agent\":null,\"location\":null,\"responder\":\"server\",\"rule\":null,\"release\":null}");
}

static void test_json(void **state)
{
	const char *texts[] = {"GET /a?b HTTP/1.1",
			       "old.example",
			       "",
			       ("a\"\\\t\x7f\xff\xc3\xa4\xc2\x9b"
				"\xe2\x80\xa8\xe2\x80\xae\xf3\xa0\x81\x81"),
			       "old.example/*",
			       "https://new.example/a"};

	(void)state;
	make(texts);
	target(3, 4, 4);
	made.record.flags = ANSWER_HTTPS | ANSWER_RULE | ANSWER_CUT_BIT;
	assert_string_equal(
		write_line(ACCESS_JSON),
		"{\"time\":\"1970-01-02T00:00:00.007Z\",\"client\":\"127.0.0.1\",\"port\":999,\"scheme\":\"https\",\"host\":\"old.example\",\"method\":\"GET\",\"uri\":\"/a?b\",\"protocol\":\"HTTP/1.1\",\"status\":301,\"bytes\":0,\"referer\":null,\"agent\":\"a\\\"\\\\\\u0009\\u007F\\\\xFF\xc3\xa4\\u009B\\u2028\\u202E\\uDB40\\uDC41\",\"location\":\"https://new.example/a\",\"responder\":\"rule\",\"rule\":\"old.example/*\",\"release\":12,\"cut\":true}");
}

/* Any bytes in any place: a line of printable ASCII with three quoted fields, and
 * a JSON object in UTF-8 without control characters. */
static void test_hostile(void **state)
{
	static char text[ANSWER_RECORD_MAX];
	unsigned int round;
	size_t i, quotes;
	json_t *value;
	const char *at;

	(void)state;
	srandom(1);
	for (round = 0; round < 3000; round++) {
		answer_record_init(&made.record);
		for (i = 0; i < ANSWER_TEXTS; i++) {
			size_t len = random() % 40, k;

			for (k = 0; k < len; k++)
				text[k] =
					round % 2
						? random()
						: "\"\\\n\r\0 {}[]x"[random() %
								     11];
			answer_record_put(&made.record, i, text, len);
		}
		at = write_line(ACCESS_COMBINED);
		for (quotes = i = 0; at[i]; i++) {
			assert_in_range(at[i], ' ', '~');
			quotes += at[i] == '"';
		}
		assert_int_equal(quotes, 6);
		at = write_line(ACCESS_JSON);
		assert_true(utf8_valid(at, strlen(at)));
		for (i = 0; at[i]; i++)
			assert_true((uint8_t)at[i] >= ' ' && at[i] != 0x7f);
		value = json_loads(at, JSON_ALLOW_NUL, NULL);
		assert_non_null(value);
		json_decref(value);
	}
}

/* The longest texts of the worst bytes. */
static void test_room(void **state)
{
	static const int bytes[] = {'\0', '\\', 0xff, 'x', 0x7f};
	static char text[ANSWER_RECORD_MAX];
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(bytes) / sizeof(*bytes); i++) {
		memset(text, bytes[i], sizeof(text));
		answer_record_init(&made.record);
		for (k = 0; k < ANSWER_TEXTS; k++)
			answer_record_put(&made.record, k, text, sizeof(text));
		write_line(ACCESS_COMBINED);
		write_line(ACCESS_JSON);
	}
}

static const struct leave_case {
	const char *text, *left, *referer, *referer_left;
	uint16_t at, len, len_left;
} leaves[] = {
	{"GET /a?b=c HTTP/1.1", "GET /a HTTP/1.1", "http://r/?x y", "http://r/",
	 4, 6, 2},
	{"GET /a HTTP/1.1", "GET /a HTTP/1.1", "", "", 4, 2, 2},
	{"GET ? HTTP/1.1", "GET  HTTP/1.1", "?", "", 4, 1, 0},
	{"bad ?query and more", "bad ", "r", "r", 0, 0, 0},
	{"bad?query", "bad", "r", "r", 0, 0, 0},
};

static void test_leave(void **state)
{
	const char *texts[] = {
		"",	  "host",	   "",
		"agent?", "source?id=8&*", "https://new.example/?b=c"};
	static const char *const after[] = {
		NULL,	  "host",	   NULL,
		"agent?", "source?id=8&*", "https://new.example/"};
	size_t i, len;
	int k;

	(void)state;
	for (i = 0; i < sizeof(leaves) / sizeof(*leaves); i++) {
		texts[ANSWER_LINE] = leaves[i].text;
		texts[ANSWER_REFERER] = leaves[i].referer;
		make(texts);
		target(3, leaves[i].at, leaves[i].len);
		answer_record_leave(&made.record, ANSWER_LEAVE_QUERY);
		assert_int_equal(made.record.family, AF_INET);
		assert_int_equal(made.record.target_len, leaves[i].len_left);
		for (k = 0; k < ANSWER_TEXTS; k++) {
			const char *want = after[k], *got;

			if (k == ANSWER_LINE)
				want = leaves[i].left;
			if (k == ANSWER_REFERER)
				want = leaves[i].referer_left;
			got = answer_record_text(&made.record, k, &len);
			assert_int_equal(len, strlen(want));
			assert_memory_equal(got, want, len);
		}
		answer_record_leave(&made.record, ANSWER_LEAVE_ADDRESS);
		assert_int_equal(made.record.family, 0);
	}
}

static void test_options(void **state)
{
	static const char *const bad[] = {
		"", ",", "query,", "quer", "query ,", "address,,query", "host"};
	enum access_format format;
	unsigned int leave;
	size_t i;

	(void)state;
	assert_int_equal(answer_leave_parse(&leave, "query"), 0);
	assert_int_equal(leave, ANSWER_LEAVE_QUERY);
	assert_int_equal(answer_leave_parse(&leave, "address,query"), 0);
	assert_int_equal(leave, ANSWER_LEAVE_QUERY | ANSWER_LEAVE_ADDRESS);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(answer_leave_parse(&leave, bad[i]), -EINVAL);
	assert_int_equal(access_format_parse(&format, "json"), 0);
	assert_int_equal(format, ACCESS_JSON);
	assert_int_equal(access_format_parse(&format, "common"), -EINVAL);
	assert_string_equal(error_text(), "'common' is not combined or json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_combined), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_json),	 cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_room),	 cmocka_unit_test(test_leave),
		cmocka_unit_test(test_options),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
