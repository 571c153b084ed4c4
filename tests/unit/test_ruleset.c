// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rule.h"
#include "ruleset.h"
#include "ruleset_sort.h"

static void add(struct ruleset *set, const char *source, unsigned long line)
{
	struct rule rule = {
		.source = source,
		.target = "https://t.example/",
		.tag = line % 2 ? "odd" : "",
		.note = line % 5 ? "" : "a note",
		.headers = line % 7 ? "" : "A: b\r\n",
		.source_len = strlen(source),
		.target_len = 18,
		.max_age = line,
		.code = 301,
		.query_drop = line % 3 == 0,
		.final = {line % 11 ? 0 : 308, line % 11 ? 0 : line},
	};

	assert_int_equal(ruleset_add(set, &rule, line), 0);
}

/* Every rule must still have what it was added with. */
static void check(const struct ruleset *set)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		const struct ruleset_entry *entry = &set->entries[i];
		struct rule rule;

		ruleset_get(entry, &rule);
		assert_int_equal(rule.source_len, strlen(rule.source));
		assert_string_equal(rule.target, "https://t.example/");
		assert_string_equal(rule.tag, entry->line % 2 ? "odd" : "");
		assert_string_equal(rule.note, entry->line % 5 ? "" : "a note");
		assert_string_equal(rule.headers,
				    entry->line % 7 ? "" : "A: b\r\n");
		assert_int_equal(rule.final.code, entry->line % 11 ? 0 : 308);
		if (rule.final.code)
			assert_int_equal(rule.final.max_age, entry->line);
		assert_int_equal(rule.max_age, entry->line);
		assert_int_equal(rule.query_drop, entry->line % 3 == 0);
		if (i) {
			int order = strcmp(entry[-1].source, rule.source);

			assert_true(order <= 0);
			assert_true(order || entry[-1].line < entry->line);
		}
	}
}

static void test_few(void **data)
{
	static const struct {
		const char *what;
		const char *sources[6];
		const char *sorted[6];
	} cases[] = {
		{"nothing", {NULL}, {NULL}},
		{"one", {"a/"}, {"a/"}},
		{"sorted", {"a/", "b/"}, {"a/", "b/"}},
		{"turned round", {"b/", "a/"}, {"a/", "b/"}},
		{"a piece long",
		 {"abcdefgh", "abcdefg", "abcdefghi"},
		 {"abcdefg", "abcdefgh", "abcdefghi"}},
		{"a prefix comes first",
		 {"a.example/longer/x", "a.example/longer"},
		 {"a.example/longer", "a.example/longer/x"}},
		{"hosts stay together",
		 {"a.b/x", "a/z", "a-b/y", "a/a", "a.b/a"},
		 {"a-b/y", "a.b/a", "a.b/x", "a/a", "a/z"}},
		{"equal ones",
		 {"b/", "a/", "b/", "a/"},
		 {"a/", "a/", "b/", "b/"}},
	};
	size_t i, k;

	(void)data;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ruleset set = {0};

		print_message("  %s\n", cases[i].what);
		for (k = 0; cases[i].sources[k]; k++)
			add(&set, cases[i].sources[k], k + 1);
		assert_int_equal(ruleset_sort(&set), 0);
		assert_int_equal(set.count, k);
		for (k = 0; k < set.count; k++)
			assert_string_equal(set.entries[k].source,
					    cases[i].sorted[k]);
		check(&set);
		ruleset_free(&set);
	}
}

enum { SHAPES = 5 };

static void source_make(char *source, int shape, unsigned long n)
{
	unsigned long r = n * 2654435761UL % 1000003;

	switch (shape) {
	case 0:
		sprintf(source, "h%lu.example/%lu", r % 50, r);
		break;
	case 1: /* many equal ones */
		sprintf(source, "h%lu.example/", r % 7);
		break;
	case 2: /* the other way round */
		sprintf(source, "h.example/%08lu", 1000000 - n);
		break;
	case 3: /* up and down: bad for pivots from the middle and the ends */
		sprintf(source, "h.example/%08lu", n % 2 ? n : 100000 - n);
		break;
	default: /* long beginnings in common */
		memset(source, 'x', 1000 + r % 5 * 8);
		sprintf(source + 1000 + r % 5 * 8, "/%lu", r % 1000);
	}
}

static void test_many(void **data)
{
	enum { COUNT = 20000 };
	char source[1200];
	unsigned long n;
	int shape;

	(void)data;
	for (shape = 0; shape < SHAPES; shape++) {
		struct ruleset set = {0};

		print_message("  shape %d\n", shape);
		for (n = 1; n <= COUNT; n++) {
			source_make(source, shape, n);
			add(&set, source, n);
		}
		assert_true(set.unsorted);
		assert_int_equal(ruleset_sort(&set), 0);
		assert_int_equal(set.count, COUNT);
		check(&set);
		ruleset_clear(&set);
		assert_int_equal(set.count, 0);
		add(&set, "a/", 1);
		check(&set);
		ruleset_free(&set);
	}
}

static void test_longest(void **data)
{
	static char source[LIMIT_HOST + LIMIT_PATH + 1];
	static char target[LIMIT_TARGET + 1];
	struct ruleset set = {0};
	struct rule rule = {.source = source,
			    .target = target,
			    .tag = "",
			    .note = "",
			    .headers = "",
			    .source_len = sizeof(source) - 1,
			    .target_len = sizeof(target) - 1};
	int i;

	(void)data;
	memset(source, 's', sizeof(source) - 1);
	memset(target, 't', sizeof(target) - 1);
	for (i = 300; i; i--) {
		source[sizeof(source) - 2] = 'a' + i % 26;
		assert_int_equal(ruleset_add(&set, &rule, i), 0);
	}
	assert_int_equal(ruleset_sort(&set), 0);
	ruleset_get(&set.entries[299], &rule);
	assert_int_equal(rule.source_len, sizeof(source) - 1);
	assert_int_equal(rule.source[rule.source_len - 1], 'z');
	assert_string_equal(rule.target, target);
	ruleset_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
