// SPDX-License-Identifier: BSD-2-Clause
/* What is printed of an answer, whatever is in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tap_host.h"
#include "tap_line.h"

#define TEXT(literal)                        \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const uint8_t ipv4[16] = {[10] = 0xff, 0xff, 192, 0, 2, 7};
static const uint8_t ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};

static const struct tap_line usual = {
	.time = 1790000000123,
	.responder = "fast",
	.interface = TEXT("eth0"),
	.address = ipv4,
	.port = 40000,
	.method = TEXT("GET"),
	.host = TEXT("old.example"),
	.target = TEXT("/a?b=c"),
	.location = TEXT("https://new.example/a?b=c"),
	.source = TEXT("old.example/*"),
	.code = 301,
	.release = 12,
};

static char *printed(const struct tap_line *line, bool json)
{
	static char text[4096];
	FILE *out = fmemopen(text, sizeof(text), "w");

	if (json)
		assert_int_equal(tap_line_json(out, line), 0);
	else
		tap_line_print(out, line);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void line_is(const struct tap_line *line, const char *want)
{
	assert_string_equal(printed(line, false), want);
}

static void test_line(void **state)
{
	struct tap_line line = usual;

	(void)state;
	line_is(&line,
		"14:13:20.123 fast eth0 192.0.2.7:40000 GET old.example/a?b=c 301 https://new.example/a?b=c old.example/* 12\n");
	line.address = ipv6;
	line.time++;
	line_is(&line,
		"14:13:20.124 fast eth0 [2001:db8::1]:40000 GET old.example/a?b=c 301 https://new.example/a?b=c old.example/* 12\n");
	line = (struct tap_line){.responder = "serve"};
	line_is(&line, "00:00:00.000 serve - - - - - - - -\n");
	line.host = (struct tap_text)TEXT("old.example");
	line.target = (struct tap_text)TEXT("http://other.example/");
	line.code = 404;
	line_is(&line,
		"00:00:00.000 serve - - - http://other.example/ 404 - - -\n");
}

static void test_leave_out(void **state)
{
	struct tap_line line = usual;
	struct tap_without query = {.query = true};
	struct tap_without address = {.address = true};

	(void)state;
	tap_line_leave_out(&line, &query);
	line_is(&line,
		"14:13:20.123 fast eth0 192.0.2.7:40000 GET old.example/a 301 https://new.example/a old.example/* 12\n");
	line = usual;
	tap_line_leave_out(&line, &address);
	line_is(&line,
		"14:13:20.123 fast eth0 - GET old.example/a?b=c 301 https://new.example/a?b=c old.example/* 12\n");
}

static void test_json(void **state)
{
	struct tap_line line = usual;

	(void)state;
	assert_string_equal(
		printed(&line, true),
		"{\"time\":\"2026-09-21T14:13:20.123Z\",\"responder\":\"fast\",\"interface\":\"eth0\",\"client\":\"192.0.2.7\",\"port\":40000,\"method\":\"GET\",\"host\":\"old.example\",\"uri\":\"/a?b=c\",\"status\":301,\"location\":\"https://new.example/a?b=c\",\"rule\":\"old.example/*\",\"release\":12,\"miss\":false}\n");
	line = (struct tap_line){.responder = "serve", .miss = true};
	assert_string_equal(
		printed(&line, true),
		"{\"time\":\"1970-01-01T00:00:00.000Z\",\"responder\":\"serve\",\"interface\":null,\"client\":null,\"port\":null,\"method\":null,\"host\":null,\"uri\":null,\"status\":null,\"location\":null,\"rule\":null,\"release\":null,\"miss\":true}\n");
}

/* For people and in JSON: quotes, escapes, control bytes, what is no UTF-8,
 * markup, what turns the direction of text. */
static void test_hostile(void **state)
{
	static const struct {
		struct tap_text text;
		const char *line, *json;
	} rows[] = {
		{TEXT("/\"'`"), "/\"'`", "/\\\"'`"},
		{TEXT("/a\\nb"), "/a\\x5cnb", "/a\\\\nb"},
		{TEXT("/a b"), "/a\\x20b", "/a b"},
		{TEXT("/\r\n\t"), "/\\x0d\\x0a\\x09", "/\\r\\n\\t"},
		{TEXT("/\x1b[31m\x07"), "/\\x1b[31m\\x07",
		 "/\\u001B[31m\\u0007"},
		{TEXT("/\0x"), "/\\x00x", "/\\u0000x"},
		{TEXT("/\x7f"), "/\\x7f", "/\x7f"},
		{TEXT("/\xff\xc3"), "/\\xff\\xc3", "/\\\\xff\\\\xc3"},
		{TEXT("/\xc2\x9b"), "/\\xc2\\x9b", "/\\u009B"},
		{TEXT("/\xe2\x80\xae"), "/\\xe2\\x80\\xae", "/\\u202E"},
		{TEXT("/\xc3\xa4"), "/\\xc3\\xa4", "/\\u00E4"},
		{TEXT("/\xed\xa0\x80"), "/\\xed\\xa0\\x80",
		 "/\\\\xed\\\\xa0\\\\x80"},
		{TEXT("/<script>&{}"), "/<script>&{}", "/<script>&{}"},
	};
	char want[512];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct tap_line line = {.responder = "serve",
					.method = rows[i].text,
					.target = rows[i].text,
					.location = rows[i].text,
					.source = rows[i].text};

		snprintf(want, sizeof(want),
			 "00:00:00.000 serve - - %s -%s - %s %s -\n",
			 rows[i].line, rows[i].line, rows[i].line,
			 rows[i].line);
		line_is(&line, want);
		snprintf(want, sizeof(want),
			 ",\"uri\":\"%s\",\"status\":null,\"location\":\"%s\",",
			 rows[i].json, rows[i].json);
		if (!strstr(printed(&line, true), want))
			fail_msg("%s in %s", want, printed(&line, true));
	}
}

static void test_host(void **state)
{
	static const struct {
		const char *host, *name;
		bool is;
	} rows[] = {
		{"old.example", "old.example", true},
		{"OLD.example.", "old.example", true},
		{"old.example", "a.old.example", false},
		{"old.example", "xold.example", false},
		{".old.example", "old.example", true},
		{".old.example", "a.b.old.example", true},
		{".old.example", "xold.example", false},
		{".old.example", "example", false},
		{"*.old.example", "old.example", false},
		{"*.old.example", "a.old.example", true},
		{"192.0.2.1", "192.0.2.1", true},
		{"[2001:DB8::1]", "[2001:db8::1]", true},
	};
	struct tap_host host;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(tap_host_read(&host, rows[i].host), 0);
		if (tap_host_is(&host, rows[i].name, strlen(rows[i].name)) !=
		    rows[i].is)
			fail_msg("%s, %s", rows[i].host, rows[i].name);
	}
	assert_true(tap_host_read(&host, "*") < 0);
	assert_true(tap_host_read(&host, "") < 0);
	assert_true(tap_host_read(&host, ".") < 0);
	assert_true(tap_host_read(&host, "*.") < 0);
	assert_true(tap_host_read(&host, "old.example/a") < 0);
	memset(&host, 0, sizeof(host));
	assert_true(tap_host_is(&host, "any.example", 11));
	assert_true(tap_host_is(&host, "", 0));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line), cmocka_unit_test(test_leave_out),
		cmocka_unit_test(test_json), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_host),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
