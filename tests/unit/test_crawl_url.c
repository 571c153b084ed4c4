// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "crawl_url.h"
#include "rule.h"
#include "rule_line.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A rule, and what is asked for its target: NULL for nothing. */
static const struct {
	const char *rule, *origin, *target;
} targets[] = {
	{"a/x https://n.example/y?z 301", "https://n.example", "/y?z"},
	{"a/x http://n.example:81/y#z 301", "http://n.example:81", "/y"},
	{"a https://n.example 301", "https://n.example", "/"},
	{"a/x https://n.example 301", "https://n.example", "/"},
	{"a/x https://n.example?a=/b 301", "https://n.example", "/?a=/b"},
	{"a/x https://n.example#a 301", "https://n.example", "/"},
	{"a/x/* https://n.example/y/* 301", "https://n.example", "/y/"},
	{"a/x/* https://n.example/?q=*#top 301", "https://n.example", "/?q="},
	{"a/x https://n.example/%2A 301", "https://n.example", "/%2A"},
	{"a/x https://[2001:db8::1]:8/y 301", "https://[2001:db8::1]:8", "/y"},
	{"a/{b} https://n.example/ 301", "https://n.example", "/"},
	{"a/{b} https://n.example/{b} 301", NULL, NULL},
	{"*.a https://*.b/ 301", NULL, NULL},
	{"* https://* 301", NULL, NULL},
	{"a/x - 410", NULL, NULL},
	{"a/x - pass", NULL, NULL},
};

static void test_crawl_url(void **state)
{
	static struct rule_buffer buffer;
	static char url[RULE_TARGET_SIZE + 1], origin[RULE_TARGET_SIZE + 1];
	static char target[RULE_TARGET_SIZE + 1];
	struct rule_error error;
	struct rule rule;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(targets); i++) {
		const char *line = targets[i].rule;

		assert_int_equal(rule_parse(&rule, &buffer, line, strlen(line),
					    &error),
				 1);
		assert_int_equal(crawl_url(url, &rule), !!targets[i].origin);
		if (!targets[i].origin)
			continue;
		crawl_url_split(origin, target, url);
		assert_string_equal(origin, targets[i].origin);
		assert_string_equal(target, targets[i].target);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_crawl_url)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
