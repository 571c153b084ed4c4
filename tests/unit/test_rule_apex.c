// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "rule.h"
#include "rule_apex.h"
#include "rule_line.h"

/* A line, and those that its rules print as; apex NULL: it has one rule. */
static const struct {
	const char *about, *line, *below, *apex;
} cases[] = {
	{"a host alone", ".Old.example https://new.example 301 tag=a",
	 "*.old.example/* https://new.example/* 301 tag=a\n",
	 "old.example/* https://new.example/* 301 tag=a\n"},
	{"a path", ".a.x/b/../%7e - 410 max-age=5", "*.a.x/~ - 410 max-age=5\n",
	 "a.x/~ - 410 max-age=5\n"},
	{"a prefix", ".a.x/b/* https://c.x/* 301/308 query=drop",
	 "*.a.x/b/* https://c.x/* 301/308 query=drop\n",
	 "a.x/b/* https://c.x/* 301/308 query=drop\n"},
	{"a query", ".a.x/b?c=.d https://c.x 302",
	 "*.a.x/b?c=.d https://c.x 302\n", "a.x/b?c=.d https://c.x 302\n"},
	{"a scheme", "HTTPS://.a.x/b - pass", "*.a.x/b - pass\n",
	 "a.x/b - pass\n"},
	{"a port and a final dot", ".a.x.:443/b - pass", "*.a.x/b - pass\n",
	 "a.x/b - pass\n"},
	{"a U-label", ".m\xc3\xbcnchen.example - 410",
	 "*.xn--mnchen-3ya.example/* - 410\n",
	 "xn--mnchen-3ya.example/* - 410\n"},
	{"one label", ".x - 410", "*.x/* - 410\n", "x/* - 410\n"},
	{"a name", "a.x - 410", "a.x/* - 410\n", NULL},
	{"a name with a dot in its path", "a.x/.b - 410", "a.x/.b - 410\n",
	 NULL},
	{"a wildcard", "*.a.x - 410", "*.a.x/* - 410\n", NULL},
	{"any host", "* - 410", "*/* - 410\n", NULL},
};

static const char *print(char *text, size_t size, const struct rule *rule)
{
	FILE *out = fmemopen(text, size, "w");

	assert_non_null(out);
	rule_print(out, rule);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_rule_apex(void **state)
{
	static struct rule_buffer buffer;
	struct rule below, apex;
	struct rule_error error;
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *line = cases[i].line;

		memset(&buffer, 'x', sizeof(buffer));
		if (rule_parse(&below, &buffer, line, strlen(line), &error) !=
		    1)
			fail_msg("%s: %s", cases[i].about, error.reason);
		if (rule_apex(&apex, &buffer, &below) != !!cases[i].apex)
			fail_msg("%s: one rule or two", cases[i].about);
		if (strcmp(print(text, sizeof(text), &below), cases[i].below))
			fail_msg("%s: %s", cases[i].about, text);
		if (!cases[i].apex)
			continue;
		if (strcmp(print(text, sizeof(text), &apex), cases[i].apex))
			fail_msg("%s: %s", cases[i].about, text);
		assert_int_equal(apex.source_len, strlen(apex.source));
		assert_int_equal(apex.target_len, strlen(apex.target));
	}
}

static void test_rule_apex_target(void **state)
{
	static const struct {
		const char *about, *target, *apex;
	} targets[] = {
		{"https", "https://*.new.example/*", "https://new.example/*"},
		{"http", "http://*.new.example:8080/a?b=*#c",
		 "http://new.example:8080/a?b=*#c"},
		{"a host alone", "https://*.new.example",
		 "https://new.example"},
		{"no star", "https://new.example/*", "https://new.example/*"},
		{"a name that begins so elsewhere", "https://a.x/*.b",
		 "https://a.x/*.b"},
		{"any host", "https://*/a", "https://*/a"},
		{"an address", "https://[::1]/a", "https://[::1]/a"},
		{"none", "-", "-"},
	};
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		size_t len;

		memset(text, 'x', sizeof(text));
		len = rule_apex_target(text, targets[i].target,
				       strlen(targets[i].target));
		if (strcmp(text, targets[i].apex) || len != strlen(text))
			fail_msg("%s: %s", targets[i].about, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_apex),
		cmocka_unit_test(test_rule_apex_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
