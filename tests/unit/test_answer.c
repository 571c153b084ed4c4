// SPDX-License-Identifier: BSD-2-Clause
#include "answer_map.h"

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
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, path_make, path_remove);
}
