// SPDX-License-Identifier: BSD-2-Clause
#include "desk_case.h"

#include "flatten.h"
#include "flatten_code.h"
#include "rule_code.h"
#include "rule_line.h"
#include "warnings.h"

/* What becomes of the first rule, and why it stays as it is, or "". */
struct flat_case {
	const char *about, *rules, *first, *why;
};

static const struct flat_case cases[] = {
	{"a page", "a/x https://b/y 301\nb/y https://c/ 308\n",
	 "a/x https://c/ 301", ""},
	{"a prefix", "a/* https://b/* 308\nb/* https://c/n/* 308\n",
	 "a/* https://c/n/* 308", ""},
	{"a page by a prefix", "a/x https://b/y 301\nb/* https://c/* 301\n",
	 "a/x https://c/y 301", ""},
	{"three", "a/x https://b/ 307\nb/ https://c/ 308\nc/ https://d/ 307\n",
	 "a/x https://d/ 307", ""},
	{"the shortest max-age",
	 "a/x https://b/ 301\nb/ https://c/ 301 max-age=60\n",
	 "a/x https://c/ 301 max-age=60", ""},
	{"a dropped query",
	 "a/x https://b/ 301\nb/ https://c/ 301 query=drop\n",
	 "a/x https://b/ 301", "the next one drops the query"},
	{"a query of its own",
	 "a/x https://b/ 301\nb/ https://c/ 301\nb/?q https://d/ 301\n",
	 "a/x https://b/ 301", "where it leads to depends on the query"},
	{"a rule below",
	 "a/* https://b/* 301\nb/* https://c/* 301\nb/x - 410\n",
	 "a/* https://b/* 301",
	 "other rules are for some of where it leads to"},
	{"a loop", "a/1 http://a/1 301\n", "a/1 http://a/1 301",
	 "it comes to no end"},
	{"first to https",
	 "a/* https://a/* 308 scheme=http\na/* https://b/* 301 scheme=https\n",
	 "a/* https://a/* 308 scheme=http", ""},
};

struct told {
	char text[200];
};

static void told_take(void *arg, const struct warning *warning)
{
	const char *why = strrchr(warning->text, ':');
	struct told *told = arg;

	assert_string_equal(warning->kind, "not flattened");
	if (warning->at == 1)
		snprintf(told->text, sizeof(told->text), "%s", why + 2);
}

/* Compare with the rule as it is printed, but for the end of its line. */
static void first_compare(const struct ruleset *set, const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct rule rule;

	assert_non_null(out);
	ruleset_get(&set->entries[0], &rule);
	rule_print(out, &rule);
	fclose(out);
	text[len - 1] = '\0';
	assert_string_equal(text, expected);
	free(text);
}

static void test_flatten(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct desk_case desk;
		struct told told = {""};
		struct import *import = &desk.import;

		desk_case_open(&desk, cases[i].rules);
		import->warnings.each = told_take;
		import->warnings.arg = &told;
		assert_int_equal(flatten(&import->edit.rules, desk.map,
					 &import->warnings),
				 0);
		if (strcmp(told.text, cases[i].why))
			print_error("%s\n", cases[i].about);
		assert_string_equal(told.text, cases[i].why);
		first_compare(&import->edit.rules, cases[i].first);
		desk_case_close(&desk);
	}
}

static void test_codes(void **state)
{
	static const struct {
		uint16_t first, then, both;
	} codes[] = {
		{301, 301, 301},
		{301, 308, 301},
		{308, 308, 308},
		{308, 307, 307},
		{301, 302, 302},
		{302, 308, 302},
		{303, 308, 303},
		{301, 303, 303},
		{RULE_301_308, 308, RULE_301_308},
		{RULE_301_308, 307, RULE_302_307},
		{RULE_302_307, RULE_302_307, RULE_302_307},
		{RULE_301_308, 301, 301},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		assert_int_equal(flatten_code(codes[i].first, codes[i].then),
				 codes[i].both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flatten),
		cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
