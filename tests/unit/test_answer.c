// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
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
#include "map_lookup.h"
#include "map_view.h"
#include "rule.h"
#include "rule_line.h"

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static char path[] = "/tmp/test_answer.XXXXXX";

/* The map of rules written as lines, sorted by host; all with header lines. */
static struct map *compile_with(const char *headers, const char *const *lines,
				size_t count)
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
		rule.headers = headers;
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	assert_int_equal(map_open(&map, path), 0);
	return map;
}

static struct map *compile(const char *const *lines, size_t count)
{
	return compile_with("", lines, count);
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
	"* https://*.any.example 302",
	"*/same/* http://*:81/* 302",
	"*.n1.example https://*.new.example 301",
	"*.n2.example/a/* HTTPS://*.New.example.:81/b/*?c#d 302",
	"*.w.example https://new.example/w/* 301",
	"f.example https://new.example/f#top 302",
	"f.example/1/* https://new.example/*?a=b#c?d 302",
	"f.example/2/* https://new.example?a=*#c 302",
	"f.example/3/* https://new.example/*#c 302",
	"f.example/4 https://new.example/4# 302 query=drop",
	"f.example/5?x https://new.example/5?y#z 302",
	"f.example/6/* https://new.example/%2a/%7e/../*?%2A' 302",
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
#define TO(url) HEAD("302 Found") "Location: " url "\r\n" NO_STORE END "\r\n"
	{"the host's remainder", "a.b.n1.example", "/x?y", ANSWER_KEEP,
	 HEAD("301 Moved Permanently") "Location: https://a.b.new.example/x?y"
				       "\r\n" CACHED END "\r\n"},
	{"... and all that there can be", "a.n2.example", "/a/x/y?z",
	 ANSWER_KEEP, TO("HTTPS://a.New.example.:81/b/x/y?c&z#d")},
	{"... without remainder and query", "a.n2.example", "/a", ANSWER_KEEP,
	 TO("HTTPS://a.New.example.:81/b/?c#d")},
	{"... with an empty query", "a.n2.example", "/a/?", ANSWER_KEEP,
	 TO("HTTPS://a.New.example.:81/b/?c&#d")},
	{"any host before a name", "x.y", "/z", ANSWER_KEEP,
	 TO("https://x.y.any.example/z")},
	{"an address before a name", "192.0.2.1", "/z", ANSWER_KEEP, ""},
	{"an IPv6 address before a name", "[2001:db8::1]", "/", ANSWER_KEEP,
	 ""},
	{"no host before a name", "", "/z", ANSWER_KEEP, ""},
	{"the same host", "x.y", "/same/z?q", ANSWER_KEEP,
	 TO("http://x.y:81/z?q")},
	{"the same address", "192.0.2.1", "/same", ANSWER_KEEP,
	 TO("http://192.0.2.1:81/")},
	{"the same IPv6 address", "[2001:db8::1]", "/same/", ANSWER_KEEP,
	 TO("http://[2001:db8::1]:81/")},
	{"no host", "", "/same/", ANSWER_KEEP, ""},
	{"a query before a fragment", "f.example", "/x?a&b", ANSWER_KEEP,
	 TO("https://new.example/f?a&b#top")},
	{"an empty one", "f.example", "/x?", ANSWER_KEEP,
	 TO("https://new.example/f?#top")},
	{"a fragment alone", "f.example", "/x", ANSWER_KEEP,
	 TO("https://new.example/f#top")},
	{"a remainder before query and fragment", "f.example", "/1/x/y",
	 ANSWER_KEEP, TO("https://new.example/x/y?a=b#c?d")},
	{"... and a query", "f.example", "/1/x/y?z", ANSWER_KEEP,
	 TO("https://new.example/x/y?a=b&z#c?d")},
	{"a remainder in the query before a fragment", "f.example", "/2/x/y?z",
	 ANSWER_KEEP, TO("https://new.example?a=x/y&z#c")},
	{"a '?' in the fragment is no query", "f.example", "/3/x?y",
	 ANSWER_KEEP, TO("https://new.example/x?y#c")},
	{"an empty remainder before a fragment", "f.example", "/3", ANSWER_KEEP,
	 TO("https://new.example/#c")},
	{"an empty fragment", "f.example", "/4?x", ANSWER_KEEP,
	 TO("https://new.example/4#")},
	{"a query consumed before a fragment", "f.example", "/5?x", ANSWER_KEEP,
	 TO("https://new.example/5?y#z")},
	{"as it was written", "f.example", "/6/x?q", ANSWER_KEEP,
	 TO("https://new.example/%2a/%7e/../x?%2A'&q")},
	{"the first of a pair", "pair.example", "/", ANSWER_KEEP,
	 HEAD("301 Moved Permanently") LOCATION("/") CACHED END "\r\n"},
	{"none for the parent", "w.example", "/", ANSWER_KEEP,
	 TO("https://w.example.any.example/")},
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

#define HEADERS "Access-Control-Allow-Origin: *\r\nX-Two: a\tb\r\n"

/* A rule's own fields stand last, with every code. */
static void headers(void **state)
{
	static const char *const lines[] = {
		"h.example https://new.example 301",
		"h.example/2 https://new.example/two#x 302",
		"h.example/9 - 410",
		"h.example/ok - 200",
		"h.example/p - pass",
	};
	static const struct answer_case cases[] = {
		{"whole host", "h.example", "/a?b", ANSWER_KEEP,
		 HEAD("301 Moved Permanently") LOCATION("/a?b")
			 CACHED END HEADERS "\r\n"},
		{"path and fragment", "h.example", "/2?b", ANSWER_CLOSE,
		 HEAD("302 Found") LOCATION("/two?b#x") NO_STORE END
		 "Connection: close\r\n" HEADERS "\r\n"},
		{"410", "h.example", "/9", ANSWER_KEEP_10,
		 HEAD("410 Gone") CACHED END
		 "Connection: keep-alive\r\n" HEADERS "\r\n"},
		{"200", "h.example", "/ok", ANSWER_KEEP,
		 HEAD("200 OK") NO_STORE END HEADERS "\r\n"},
		{"pass", "h.example", "/p", ANSWER_KEEP, ""},
	};
	char *out = test_malloc(ANSWER_MAX);
	struct map_key key;
	struct map *map;
	size_t i, len;

	(void)state;
	map = compile_with(HEADERS, lines, COUNT(lines));
	for (i = 0; i < COUNT(cases); i++) {
		map_key_of(&key, cases[i].host, cases[i].target);
		len = answer_match(out, map, &key, DATE, cases[i].close);
		check_answer(cases[i].about, out, len, cases[i].expected);
	}
	map_close(map);
	test_free(out);
}

/* A name of 253 bytes, and a target with so many bytes behind its '*'. */
static void host_lengths(void **state)
{
	static char host[LIMIT_HOST + 2], target[300], line[600];
	const char *lines[] = {line};
	char *out = test_malloc(ANSWER_MAX);
	struct map_key key;
	struct map *map;
	size_t len, i;
	int least;

	(void)state;
	for (least = 240; least < 250; least++) {
		memset(target, 'n', sizeof(target));
		for (i = 50; i < 240; i += 50)
			target[i] = '.';
		target[least] = 0;
		sprintf(line, "*.w https://*.%s./ 302", target);
		map = compile(lines, 1);
		for (i = 1; i < 20; i++) {
			memset(host, 'h', sizeof(host));
			strcpy(host + i, ".w");
			map_key_of(&key, host, "/");
			len = answer_match(out, map, &key, DATE, ANSWER_KEEP);
			assert_int_equal(len > 0, i + 1 + least <= LIMIT_HOST);
		}
		map_close(map);
	}
	test_free(out);
}

/* Every limit at once fits into ANSWER_MAX. */
static void longest(void **state)
{
	enum {
		HOST = LIMIT_HOST - 2,
		LOCATION_LEN = LIMIT_TARGET - 2 + HOST + LIMIT_PATH - 1
	};
	static char line[LIMIT_TARGET + 100], target[LIMIT_PATH + 1];
	static char lines_of[LIMIT_HEADER_BYTES + 1], host[LIMIT_HOST + 1];
	const char *lines[] = {line};
	char *out = test_malloc(ANSWER_MAX), *at, *end;
	struct map_key key;
	struct map *map;
	size_t len;

	(void)state;
	at = line + sprintf(line, "*.w/* https://*.n/");
	len = LIMIT_TARGET - strlen("https://*.n/*?#");
	memset(at, 'a', len);
	strcpy(at + len, "*?# 308 max-age=2147483647");
	memset(target, 'r', LIMIT_PATH);
	target[0] = '/';
	target[LIMIT_PATH / 2] = '?';
	memset(host, 'h', HOST);
	strcpy(host + HOST, ".w");
	for (len = 0; len < LIMIT_HEADER_BYTES; len += 258) {
		memset(lines_of + len, 'v', 256);
		lines_of[len + 1] = ':';
		strcpy(lines_of + len + 256, "\r\n");
	}
	map = compile_with(lines_of, lines, 1);
	map_key_of(&key, host, target);
	len = answer_match(out, map, &key, DATE, ANSWER_CLOSE);
	assert_int_equal(len, strlen(HEAD("308 Permanent Redirect")) +
				      LOCATION_LEN + strlen("Location: \r\n") +
				      strlen("Cache-Control: max-age=2147483647"
					     "\r\nContent-Length: 0\r\n"
					     "Connection: close\r\n\r\n") +
				      LIMIT_HEADER_BYTES);
	at = memmem(out, len, "\r\nLocation: ", 12);
	assert_non_null(at);
	end = memmem(at + 12, out + len - at - 12, "\r\n", 2);
	assert_non_null(end);
	assert_int_equal(end - at - 12, LOCATION_LEN);
	assert_memory_equal(end - 1 - LIMIT_PATH / 2 + 1,
			    target + LIMIT_PATH / 2 + 1, LIMIT_PATH / 2 - 1);
	map_close(map);
	test_free(out);
}

/* Header lines that could end an answer's head are in no map. */
static void headers_bad(void **state)
{
	static char longer[LIMIT_HEADER_BYTES + 3] = "A:";
	const char *cases[] = {"A",	      "A: b",	      "A: b\r",
			       "A: b\n",      "A: b\r\n\r\n", "\r\n",
			       "A: b\r\nC",   "A: \x01\r\n",  "A: \x7f\r\n",
			       "A: b\rc\r\n", "A\r\n",	      longer};
	struct map_build *build = NULL;
	struct rule rule = {.source = "h/",
			    .source_len = 2,
			    .target = "-",
			    .target_len = 1,
			    .code = 410,
			    .tag = ""};
	size_t i;

	(void)state;
	memset(longer + 2, 'b', LIMIT_HEADER_BYTES - 2);
	strcpy(longer + LIMIT_HEADER_BYTES, "\r\n");
	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0; i < COUNT(cases); i++) {
		rule.headers = cases[i];
		if (map_build_add(build, &rule) != -EINVAL)
			fail_msg("%zu", i);
	}
	map_build_free(build);
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

/* A rule's Location, to be changed. */
static uint8_t *location_at(const struct map *map, uint32_t addr)
{
	const struct map_rule *rule = map_record(map, addr);
	uint32_t at = map_location(rule);

	return (uint8_t *)(uintptr_t)map_texts(map, addr, rule, at) + at;
}

/* Whatever stands there, an answer has room. */
static void damage_all(struct map_rule *rule, const struct map *map,
		       uint32_t addr, const struct map_key *key)
{
	char *out = test_malloc(ANSWER_MAX);
	uint8_t *at = location_at(map, addr);
	struct map_template template;
	uint16_t *field = (uint16_t *)&template;
	int i, j, most, answered = 0;

	srand(1032);
	for (i = 0; i < 50000; i++) {
		most = rand() % 2 ? 30 : 1200;
		for (j = 0; j < 5; j++)
			field[j] = rand() % 9 ? rand() % most : rand();
		rule->location_len = rand() % 9 ? rand() % most : rand();
		rule->flags ^= MAP_RULE_REMAINDER >> rand() % 2;
		rule->flags |= MAP_RULE_TEMPLATE;
		memcpy(at + rule->location_len, &template, sizeof(template));
		answered += answer_rule(out, map, addr, key, DATE, ANSWER_CLOSE,
					NULL) > 0;
	}
	assert_true(answered > 100);
	test_free(out);
}

/* Places of a template, up to the Location and beyond it. */
static void damaged_template(void **state)
{
	/* of the target below */
	enum { HOST = 8, REST = 20, QUERY = 21, LAST = 23 };
	static const struct {
		const char *about;
		struct map_template template;
		bool sound;
	} cases[] = {
		{"as it was", {HOST, REST, QUERY, 243, 0}, true},
		{"the host's at the remainder's",
		 {REST, REST, QUERY, 243, 0},
		 false},
		{"the host's before it", {REST - 1, REST, QUERY, 243, 0}, true},
		{"no host", {REST, REST, QUERY, 0, 0}, true},
		{"the remainder's at the query's",
		 {HOST, QUERY, QUERY, 243, 0},
		 false},
		{"the query's at the end", {HOST, REST, LAST, 243, 0}, true},
		{"the query's behind it",
		 {HOST, REST, LAST + 1, 243, 0},
		 false},
		{"all far away", {65535, 65535, 65535, 243, 0}, false},
		{"as many bytes of a host", {HOST, REST, QUERY, 253, 0}, true},
		{"more bytes of a host", {HOST, REST, QUERY, 254, 0}, false},
		{"header lines", {HOST, REST, QUERY, 243, 1034}, true},
		{"more header lines", {HOST, REST, QUERY, 243, 1035}, false},
	};
	static const char *const lines[] = {"*.h https://*.l.example/*#d 302"};
	struct map *map = compile(lines, 1), broken = *map;
	uint8_t *copy = test_malloc(map->mapped);
	char *out = test_malloc(ANSWER_MAX);
	const struct map_rule *rule;
	struct map_key key;
	uint32_t addr;
	size_t i;

	(void)state;
	memcpy(copy, map->data, map->mapped);
	broken.data = copy;
	map_key_of(&key, "a.h", "/x?y");
	addr = map_lookup(&broken, &key);
	rule = map_record(&broken, addr);
	assert_int_equal(rule->location_len, LAST);
	for (i = 0; i < COUNT(cases); i++) {
		memcpy(location_at(&broken, addr) + LAST, &cases[i].template,
		       sizeof(cases[i].template));
		if (!answer_rule(out, &broken, addr, &key, DATE, ANSWER_KEEP,
				 NULL) == cases[i].sound)
			fail_msg("%s", cases[i].about);
		assert_false(answer_passes(&broken, addr, &key));
	}
	damage_all((struct map_rule *)(uintptr_t)rule, &broken, addr, &key);
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
		cmocka_unit_test(headers),
		cmocka_unit_test(headers_bad),
		cmocka_unit_test(host_lengths),
		cmocka_unit_test(longest),
		cmocka_unit_test(damaged),
		cmocka_unit_test(damaged_lengths),
		cmocka_unit_test(damaged_template),
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, path_make, path_remove);
}
