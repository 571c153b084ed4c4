// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "answer.h"
#include "answer_text.h"
#include "map_build.h"
#include "map_file.h"
#include "map_key.h"
#include "map_view.h"
#include "rule.h"
#include "rule_line.h"

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static char path[] = "/tmp/test_answer.XXXXXX";

/* The map of rules written as lines, sorted by host. */
static struct map *compile(const char *const *lines, size_t count)
{
	static struct rule_buffer buffer;
	struct map_build *build = NULL;
	struct rule_error error;
	struct map *map = NULL;
	struct rule rule;
	size_t i;

	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0; i < count; i++) {
		if (rule_parse(&rule, &buffer, lines[i], strlen(lines[i]),
			       &error) != 1)
			fail_msg("%s: %s", lines[i], error.reason);
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	assert_int_equal(map_open(&map, path), 0);
	return map;
}

/* Whether an answer that stands in exactly its room is the one expected. */
static void check_answer(const char *about, const char *got, size_t len,
			 const char *expected)
{
	if (len != strlen(expected) || memcmp(got, expected, len))
		fail_msg("%s: %zu bytes:\n%.*s", about, len, (int)len, got);
}

static void dates(void **state)
{
	static const struct {
		time_t when;
		const char *text;
	} cases[] = {
		{784111777, DATE}, /* the example of RFC 9110 5.6.7 */
		{0, "Thu, 01 Jan 1970 00:00:00 GMT"},
		{951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
		{1709251199, "Thu, 29 Feb 2024 23:59:59 GMT"},
		{1735689599, "Tue, 31 Dec 2024 23:59:59 GMT"},
		{2147483648, "Tue, 19 Jan 2038 03:14:08 GMT"},
		{4102444800, "Fri, 01 Jan 2100 00:00:00 GMT"},
		{253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
	};
	char *date = test_malloc(ANSWER_DATE);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		answer_date(date, cases[i].when);
		if (memcmp(date, cases[i].text, ANSWER_DATE))
			fail_msg("%s: %.29s", cases[i].text, date);
	}
	test_free(date);
}

/* Every day of 400 years as the C library writes it. */
static void dates_as_strftime(void **state)
{
	char date[ANSWER_DATE], expected[ANSWER_DATE + 1];
	time_t when;
	int day;

	(void)state;
	for (day = 0; day < 146097; day++) {
		struct tm tm;

		when = day * 86400LL + day % 86400;
		gmtime_r(&when, &tm);
		strftime(expected, sizeof(expected),
			 "%a, %d %b %Y %H:%M:%S GMT", &tm);
		answer_date(date, when);
		if (memcmp(date, expected, ANSWER_DATE))
			fail_msg("%s: %.29s", expected, date);
	}
}

static void statuses(void **state)
{
	static const char *const lines[] = {
		"400 Bad Request",	  "404 Not Found",
		"405 Method Not Allowed", "408 Request Timeout",
		"414 URI Too Long",	  "431 Request Header Fields Too Large",
		"501 Not Implemented",	  "502 Bad Gateway",
		"504 Gateway Timeout",	  "505 HTTP Version Not Supported",
	};
	static const char *const ends[] = {"", "Connection: keep-alive\r\n",
					   "Connection: close\r\n"};
	char *out = test_malloc(ANSWER_MAX), expected[512];
	size_t i, len;
	int close;

	(void)state;
	for (i = 0; i < 3 * COUNT(lines); i++) {
		const char *line = lines[i / 3], *allow = "";

		close = i % 3;
		if (!strncmp(line, "405", 3))
			allow = "Allow: GET, HEAD, OPTIONS, POST, PUT, PATCH, "
				"DELETE\r\n";
		snprintf(expected, sizeof(expected),
			 "HTTP/1.1 %s\r\nDate: " DATE "\r\n%s"
			 "Cache-Control: no-store\r\nContent-Length: 0\r\n"
			 "%s\r\n",
			 line, allow, ends[close]);
		len = answer_status(out, atoi(line), DATE, close);
		check_answer(line, out, len, expected);
	}
	test_free(out);
}

#define HEAD(line) "HTTP/1.1 " line "\r\nDate: " DATE "\r\n"
#define LOCATION(text) "Location: https://new.example" text "\r\n"
#define CACHED "Cache-Control: max-age=3600\r\n"
#define NO_STORE "Cache-Control: no-store\r\n"
#define END "Content-Length: 0\r\n"

static const char *const rules[] = {
	"*.w.example https://new.example/w/* 301",
	"o.example https://new.example 301",
	"o.example/2 https://new.example/two 302 max-age=60",
	"o.example/3 https://new.example/three?a 303",
	"o.example/7 https://new.example/seven?a 307 query=drop",
	"o.example/8?x https://new.example/eight 308 max-age=2147483647",
	"o.example/9 - 410",
	"o.example/10/* - 410 max-age=0",
	"o.example/p/* - pass",
	"o.example/q/* https://new.example/?u=* 302",
	"pair.example https://new.example 301/308",
};

static const struct answer_case {
	const char *about, *host, *target;
	enum answer_close close;
	const char *expected; /* "" for a miss */
} answers[] = {
	{"301, remainder", "o.example", "/a/b", ANSWER_KEEP,
	 HEAD("301 Moved Permanently") LOCATION("/a/b") CACHED END "\r\n"},
	{"301, remainder and query", "o.example", "/a?b=c", ANSWER_CLOSE,
	 HEAD("301 Moved Permanently") LOCATION("/a?b=c") CACHED END
	 "Connection: close\r\n\r\n"},
	{"an empty query", "o.example", "/?", ANSWER_KEEP,
	 HEAD("301 Moved Permanently") LOCATION("/?") CACHED END "\r\n"},
	{"wildcard", "a.w.example", "/x", ANSWER_KEEP_10,
	 HEAD("301 Moved Permanently") LOCATION("/w/x") CACHED END
	 "Connection: keep-alive\r\n\r\n"},
	{"302 with an age", "o.example", "/2", ANSWER_KEEP,
	 HEAD("302 Found") LOCATION("/two") "Cache-Control: max-age=60\r\n" END
					    "\r\n"},
	{"303, a query joined", "o.example", "/3?b", ANSWER_KEEP,
	 HEAD("303 See Other") LOCATION("/three?a&b") NO_STORE END "\r\n"},
	{"303, an empty query joined", "o.example", "/3?", ANSWER_KEEP,
	 HEAD("303 See Other") LOCATION("/three?a&") NO_STORE END "\r\n"},
	{"307, query dropped", "o.example", "/7?b", ANSWER_KEEP,
	 HEAD("307 Temporary Redirect") LOCATION("/seven?a") NO_STORE END
	 "\r\n"},
	{"308, query consumed, the greatest age", "o.example", "/8?x",
	 ANSWER_CLOSE,
	 HEAD("308 Permanent Redirect")
		 LOCATION("/eight") "Cache-Control: max-age=2147483647\r\n" END
				    "Connection: close\r\n\r\n"},
	{"410", "o.example", "/9?x", ANSWER_KEEP,
	 HEAD("410 Gone") CACHED END "\r\n"},
	{"410, not cached", "o.example", "/10", ANSWER_CLOSE,
	 HEAD("410 Gone") NO_STORE END "Connection: close\r\n\r\n"},
	{"remainder in the target's query", "o.example", "/q/a/b?c",
	 ANSWER_KEEP,
	 HEAD("302 Found") LOCATION("/?u=a/b&c") NO_STORE END "\r\n"},
	{"an empty remainder there", "o.example", "/q", ANSWER_KEEP,
	 HEAD("302 Found") LOCATION("/?u=") NO_STORE END "\r\n"},
	{"pass", "o.example", "/p/x", ANSWER_KEEP, ""},
	{"the first of a pair", "pair.example", "/", ANSWER_KEEP,
	 HEAD("301 Moved Permanently") LOCATION("/") CACHED END "\r\n"},
	{"a miss", "w.example", "/", ANSWER_KEEP, ""},
	{"no host", "", "/", ANSWER_KEEP, ""},
	{"no path (OPTIONS *)", "o.example", "", ANSWER_KEEP, ""},
};

/* The code that is told is the one on the wire. */
static void check_code(const char *answer, const struct map *map,
		       struct map_key *key)
{
	char *out = test_malloc(ANSWER_MAX);
	int code = 0;

	assert_true(answer_rule(out, map, map_lookup(map, key), key, DATE,
				ANSWER_KEEP, &code));
	assert_int_equal(code, atoi(answer + sizeof("HTTP/1.1 ") - 1));
	test_free(out);
}

static void matches(void **state)
{
	char *out = test_malloc(ANSWER_MAX);
	struct map_key key, before;
	struct map *map;
	size_t i, len;

	(void)state;
	map = compile(rules, COUNT(rules));
	for (i = 0; i < COUNT(answers); i++) {
		const struct answer_case *one = &answers[i];

		map_key_of(&key, one->host, one->target);
		before = key;
		len = answer_match(out, map, &key, DATE, one->close);
		check_answer(one->about, out, len, one->expected);
		if (len)
			check_code(out, map, &key);
		before.search = key.search;
		assert_memory_equal(&key, &before, sizeof(key));
		assert_int_equal(
			answer_match(out, NULL, &key, DATE, one->close), 0);
	}
	map_close(map);
	test_free(out);
}

/* Every limit at once fits into ANSWER_MAX. */
static void longest(void **state)
{
	enum { LOCATION_LEN = LIMIT_TARGET - 1 + LIMIT_PATH - 1 };
	static char line[LIMIT_TARGET + 100], target[LIMIT_PATH + 1];
	const char *lines[] = {line};
	char *out = test_malloc(ANSWER_MAX), *at, *end;
	struct map_key key;
	struct map *map;
	size_t len;

	(void)state;
	at = line + sprintf(line, "o.example/* https://n.example/");
	len = LIMIT_TARGET - strlen("https://n.example/*");
	memset(at, 'a', len);
	strcpy(at + len, "* 308 max-age=2147483647");
	memset(target, 'r', LIMIT_PATH);
	target[0] = '/';
	target[LIMIT_PATH / 2] = '?';
	map = compile(lines, 1);
	map_key_of(&key, "o.example", target);
	len = answer_match(out, map, &key, DATE, ANSWER_CLOSE);
	at = memmem(out, len, "\r\nLocation: ", 12);
	assert_non_null(at);
	end = memmem(at + 12, out + len - at - 12, "\r\n", 2);
	assert_non_null(end);
	assert_int_equal(end - at - 12, LOCATION_LEN);
	assert_memory_equal(end - (LIMIT_PATH - 1), target + 1, LIMIT_PATH - 1);
	map_close(map);
	test_free(out);
}

/* Whatever damage does to a map, answers stay in their room. */
static void damaged(void **state)
{
	struct map_key key;
	struct map_rule *rule;
	uint8_t *copy;
	struct map *map, broken;
	char *out = test_malloc(ANSWER_MAX);
	uint32_t addr;
	size_t i;

	(void)state;
	map = compile(rules, COUNT(rules));
	copy = test_malloc(map->mapped);
	memcpy(copy, map->data, map->mapped);
	broken = *map;
	broken.data = copy;
	map_key_of(&key, "o.example", "/q/remainder?query");
	addr = map_lookup(&broken, &key);
	rule = (void *)((uintptr_t)map_record(&broken, addr));
	for (i = 0; i < 7; i++) {
		struct map_rule before = *rule;

		if (i == 0)
			rule->location_len = LIMIT_TARGET + 1;
		else if (i == 1)
			rule->answer = broken.header.answers;
		else if (i == 2)
			rule->flags |= MAP_RULE_MARKER;
		else if (i == 3)
			rule->key_len = LIMIT_PATH + 1;
		else if (i == 4)
			rule->texts = ~0u;
		else if (i == 5)
			memset(rule, 0, sizeof(*rule));
		assert_int_equal(!answer_rule(out, &broken, addr, &key, DATE,
					      ANSWER_KEEP, NULL),
				 i < 6);
		*rule = before;
	}
	assert_int_equal(
		answer_rule(out, &broken, 0, &key, DATE, ANSWER_KEEP, NULL), 0);
	assert_int_equal(answer_rule(out, &broken, ~0U, &key, DATE, ANSWER_KEEP,
				     NULL),
			 0);
	test_free(copy);
	map_close(map);
	test_free(out);
}

/* Lengths of a prebuilt answer, up to their room and beyond it. */
static void damaged_lengths(void **state)
{
	static const struct {
		const char *about;
		uint16_t head_len, date_at, tail_len[3];
		bool sound;
	} cases[] = {
		{"all at their limits",
		 MAP_HEAD,
		 MAP_HEAD - ANSWER_DATE,
		 {MAP_TAIL, MAP_TAIL, MAP_TAIL},
		 true},
		{"all empty but Date", ANSWER_DATE, 0, {0, 0, 0}, true},
		{"head", MAP_HEAD + 1, 17, {0, 0, 0}, false},
		{"head, by far", 65535, 17, {0, 0, 0}, false},
		{"Date", 80, 80 - ANSWER_DATE + 1, {0, 0, 0}, false},
		{"Date, by far", MAP_HEAD, 65535, {0, 0, 0}, false},
		{"a head too short for Date",
		 ANSWER_DATE - 1,
		 0,
		 {0, 0, 0},
		 false},
		{"first tail", 80, 17, {MAP_TAIL + 1, 0, 0}, false},
		{"second tail", 80, 17, {0, MAP_TAIL + 1, 0}, false},
		{"third tail", 80, 17, {0, 0, MAP_TAIL + 1}, false},
		{"third tail, by far", 80, 17, {0, 0, 65535}, false},
	};
	struct map *map = compile(rules, COUNT(rules)), broken = *map;
	uint8_t *copy = test_malloc(map->mapped);
	char *out = test_malloc(ANSWER_MAX);
	struct map_answer *answer;
	struct map_key key;
	uint32_t addr;
	size_t i, len;

	(void)state;
	memcpy(copy, map->data, map->mapped);
	broken.data = copy;
	map_key_of(&key, "o.example", "/9");
	addr = map_lookup(&broken, &key);
	answer = (void *)(copy + map->header.section[MAP_ANSWERS].offset);
	answer += map_record(&broken, addr)->answer;
	for (i = 0; i < COUNT(cases) * 3; i++) {
		size_t one = i / 3, close = i % 3;

		answer->head_len = cases[one].head_len;
		answer->date_at = cases[one].date_at;
		memcpy(answer->tail_len, cases[one].tail_len,
		       sizeof(answer->tail_len));
		len = answer_rule(out, &broken, addr, &key, DATE, close, NULL);
		if (len != (cases[one].sound
				    ? (size_t)cases[one].head_len +
					      cases[one].tail_len[close]
				    : 0))
			fail_msg("%s: %zu bytes", cases[one].about, len);
	}
	test_free(copy);
	map_close(map);
	test_free(out);
}

static void reasons(void **state)
{
	static const int known[] = {200, 301, 302, 303, 307, 308, 400,
				    404, 405, 408, 410, 414, 421, 431,
				    501, 502, 504, 505, 508};
	size_t i = 0;
	int code;

	(void)state;
	for (code = 0; code < 1000; code++) {
		bool is_known = i < COUNT(known) && known[i] == code;
		const char *reason = answer_reason(code);

		if (is_known != (reason && *reason))
			fail_msg("%d: %s", code, reason ? reason : "none");
		i += is_known;
	}
}

static int path_make(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 || close(fd);
}

static int path_remove(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates),
		cmocka_unit_test(dates_as_strftime),
		cmocka_unit_test(statuses),
		cmocka_unit_test(matches),
		cmocka_unit_test(longest),
		cmocka_unit_test(damaged),
		cmocka_unit_test(damaged_lengths),
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, path_make, path_remove);
}
