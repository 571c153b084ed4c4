// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "rule.h"
#include "rule_code.h"
#include "rule_make.h"
#include "rule_source.h"
#include "rule_told.h"

/* The values beside the texts. */
static void test_rule_values(void **state)
{
	struct rule_error error;
	struct rule rule;

	(void)state;
	assert_int_equal(rule_told_parse(&rule, "a.x https://c.x 301", &error),
			 1);
	assert_int_equal(rule.code, 301);
	assert_int_equal(rule.max_age, 3600);
	assert_false(rule.query_drop);
	assert_string_equal(rule.tag, "");
	assert_int_equal(rule_told_parse(&rule, "a.x/* - pass tag=t", &error),
			 1);
	assert_int_equal(rule.code, RULE_PASS);
	assert_int_equal(rule.max_age, 0);
	assert_string_equal(rule.target, "-");
	assert_string_equal(rule.tag, "t");
	assert_int_equal(
		rule_told_parse(&rule, "a.x https://c.x 301/308", &error), 1);
	assert_int_equal(rule.code, RULE_301_308);
	assert_int_equal(rule.max_age, 3600);
	assert_int_equal(
		rule_told_parse(&rule, "a.x https://c.x 302/307", &error), 1);
	assert_int_equal(rule.code, RULE_302_307);
	assert_int_equal(rule_told_parse(&rule, "*/up - 200", &error), 1);
	assert_int_equal(rule.code, 200);
	assert_int_equal(rule.max_age, 0);
	assert_string_equal(rule_code(RULE_302_307)->text, "302/307");
	assert_string_equal(rule_code(RULE_PASS)->text, "pass");
	assert_string_equal(rule_code(308)->text, "308");
	assert_int_equal(rule_code(308)->max_age, 3600);
	assert_int_equal(rule_code(410)->max_age, 3600);
	assert_int_equal(rule_code(307)->max_age, 0);
	assert_int_equal(rule_code(RULE_PASS)->max_age, 0);
}

/* Fields come from CSV and the command line, too: any bytes, empty, absent. */
static void test_rule_make(void **state)
{
	static const struct {
		const char *about;
		struct rule_field given[6]; /* the tag is the last one */
		const char *field, *reason;
	} cases[] = {
		{"empty keys are absent",
		 {{"a.x", 3}, {"-", 1}, {"pass", 4}, {"", 0}, {"", 0}, {"", 0}},
		 NULL,
		 NULL},
		{"no source",
		 {{NULL, 0}, {"-", 1}, {"410", 3}, {0}, {0}, {0}},
		 "source",
		 "missing"},
		{"empty target",
		 {{"a.x", 3}, {"", 0}, {"410", 3}, {0}, {0}, {0}},
		 "target",
		 "missing"},
		{"blank in a source",
		 {{"a.x/b c", 7}, {"-", 1}, {"410", 3}, {0}, {0}, {0}},
		 "source",
		 "blank"},
		{"blank in a target",
		 {{"a.x", 3}, {"http://c.x/ ", 12}, {"301", 3}, {0}, {0}, {0}},
		 "target",
		 "%20"},
		{"tab in a target",
		 {{"a.x", 3}, {"http://c.x/\t", 12}, {"301", 3}, {0}, {0}, {0}},
		 "target",
		 "%09"},
		{"line feed in a target",
		 {{"a.x", 3}, {"http://c.x/\n", 12}, {"301", 3}, {0}, {0}, {0}},
		 "target",
		 "\\x0a"},
		{"NUL in a source",
		 {{"a.x/\0b", 6}, {"-", 1}, {"410", 3}, {0}, {0}, {0}},
		 "source",
		 "\\x00"},
		{"NUL in a code",
		 {{"a.x", 3}, {"-", 1}, {"410\0", 4}, {0}, {0}, {0}},
		 "code",
		 "'410\\x00'"},
		{"dash with a blank",
		 {{"a.x", 3}, {" -", 2}, {"410", 3}, {0}, {0}, {0}},
		 "target",
		 "must be '-'"},
		{"blank in a tag",
		 {{"a.x", 3}, {"-", 1}, {"410", 3}, {0}, {0}, {"a b", 3}},
		 "tag",
		 "'a b'"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rule_error error = {.field = "none"};
		const char *field = cases[i].field;
		struct rule_fields fields = {
			.source = cases[i].given[0],
			.target = cases[i].given[1],
			.code = cases[i].given[2],
			.query = cases[i].given[3],
			.max_age = cases[i].given[4],
			.tag = cases[i].given[5],
		};
		struct rule rule;
		int got = rule_make(&rule, &rule_told_buffer, &fields, &error);

		if (got != (field ? -EINVAL : 0) ||
		    (field && (strcmp(error.field, field) ||
			       !strstr(error.reason, cases[i].reason))))
			fail_msg("%s: %d, %s: %s", cases[i].about, got,
				 error.field, error.reason);
	}
}

/* A line of a source of source_len and a target of target_len bytes. */
static int parse_long(struct rule *rule, int source_len, int target_len,
		      const char *end, struct rule_error *error)
{
	static char line[40000];

	snprintf(line, sizeof(line), "a.x/%0*d%s https://c.x/%0*d 301",
		 source_len - 4 - (int)strlen(end), 0, end, target_len - 12, 0);
	return rule_told_parse(rule, line, error);
}

static void test_rule_limits(void **state)
{
	enum { HOST = 3, MOST = HOST + LIMIT_PATH };
	static const struct {
		const char *about;
		int source, target;
		const char *end, *field;
	} cases[] = {
		{"longest path", MOST, 100, "", NULL},
		{"path too long", MOST + 1, 100, "", "source"},
		{"longest prefix", MOST + 1, 100, "*", NULL},
		{"prefix too long", MOST + 2, 100, "*", "source"},
		{"longest path and query", MOST, 100, "?ab", NULL},
		{"path and query too long", MOST + 1, 100, "?ab", "source"},
		{"longest path and empty query", MOST, 100, "?", NULL},
		{"no room for the '?'", MOST + 1, 100, "?", "source"},
		{"too long by its escape", MOST, 100, "\"", "source"},
		{"within the limit by its escape", MOST + 2, 100, "%41", NULL},
		{"longest target", 100, LIMIT_TARGET, "", NULL},
		{"target too long", 100, LIMIT_TARGET + 1, "", "target"},
		{"both", MOST, LIMIT_TARGET, "", NULL},
		{"long past all limits", 16000, 16000, "", "source"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rule_error error = {.field = "none"};
		struct rule rule;
		int got = parse_long(&rule, cases[i].source, cases[i].target,
				     cases[i].end, &error);

		if (got != (cases[i].field ? -EINVAL : 1) ||
		    (cases[i].field && (strcmp(error.field, cases[i].field) ||
					!strstr(error.reason, "8000"))))
			fail_msg("%s: %d, %s: %s", cases[i].about, got,
				 error.field, error.reason);
	}
}

/* The star counts in a target, and a tag has its limit. */
static void test_rule_limits_ends(void **state)
{
	static const char head[] = "a.x/* https://c.x/";
	static char line[9000];
	struct rule_error error;
	struct rule rule;

	(void)state;
	strcpy(line, head);
	memset(line + strlen(head), 'x', LIMIT_TARGET - 13);
	strcpy(line + strlen(head) + LIMIT_TARGET - 13, "* 301");
	assert_int_equal(rule_told_parse(&rule, line, &error), 1);
	assert_int_equal(rule.target_len, LIMIT_TARGET);
	strcpy(line + strlen(head) + LIMIT_TARGET - 13, "x* 301");
	assert_int_equal(rule_told_parse(&rule, line, &error), -EINVAL);
	snprintf(line, sizeof(line), "a.x - 410 tag=%0*d", LIMIT_TAG, 0);
	assert_int_equal(rule_told_parse(&rule, line, &error), 1);
	snprintf(line, sizeof(line), "a.x - 410 tag=%0*d", LIMIT_TAG + 1, 0);
	assert_int_equal(rule_told_parse(&rule, line, &error), -EINVAL);
	assert_string_equal(error.field, "tag");
}

static void test_rule_source(void **state)
{
	static const struct {
		const char *text, *source;
	} cases[] = {
		{"Old.example", "old.example/*"},
		{"http://old.example/%41", "old.example/A"},
		{"old.example/a?b", "old.example/a?b"},
		{".old.example/a?b", "*.old.example/a?b"},
		{"https://.Old.example", "*.old.example/*"},
		{"https://", NULL},
		{".", NULL},
		{"old.example/a*b", NULL},
		{"", NULL},
	};
	struct rule_error error;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t len = strlen(cases[i].text);
		const char *text = guard_copy(cases[i].text, len);
		int got =
			rule_source(rule_told_buffer.source, text, len, &error);

		if (!cases[i].source) {
			assert_int_equal(got, -EINVAL);
			assert_string_equal(error.field, "source");
			continue;
		}
		assert_int_equal(got, strlen(cases[i].source));
		assert_string_equal(rule_told_buffer.source, cases[i].source);
	}
}

/* A line with a value of so many times a text. */
static int parse_value(struct rule *rule, const char *begin, const char *text,
		       int count, const char *end, struct rule_error *error)
{
	char line[4000];

	strcpy(line, begin);
	while (count--)
		strcat(line, text);
	strcat(line, end);
	return rule_told_parse(rule, line, error);
}

static void test_rule_limits_of_values(void **state)
{
	static const struct {
		const char *begin, *text;
		int most;
		const char *end, *field;
	} cases[] = {
		{"a.x - 410 note=", "x", 256, "", "note"},
		{"a.x - 410 note=\"", "x", 256, "\"", "note"},
		{"a.x - 410 note=\"", "\\\"", 256, "\"", "note"},
		{"a.x - 410 note=", "\xc3\xbc", 128, "", "note"},
		{"a.x - 410 header=\"X-A: ", "x", 251, "\"", "header"},
		{"a.x - 410 header=X-A:", "x", 251, "", "header"},
		{"a.x - 410 header=\"X-A: ", "\\\\", 251, "\"", "header"},
		{"a.x - 410 header=", "X", 253, ":x", "header"},
		{"a.x - 410 note=\"", "\\\"", 256,
		 "\" header=\"a:\\\"\" header=\"a:\\\"\"", "note"},
	};
	struct rule_error error;
	struct rule rule;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *begin = cases[i].begin, *text = cases[i].text;
		const char *end = cases[i].end;
		int most = cases[i].most;

		print_message("  %s%s\n", begin, text);
		assert_int_equal(
			parse_value(&rule, begin, text, most, end, &error), 1);
		assert_int_equal(parse_value(&rule, begin, text, most + 1, end,
					     &error),
				 -EINVAL);
		assert_string_equal(error.field, cases[i].field);
		assert_non_null(strstr(error.reason, "256"));
		assert_int_equal(parse_value(&rule, begin, text, 1400, end,
					     &error),
				 -EINVAL);
		assert_string_equal(error.field, cases[i].field);
	}
}

/* What is sent. */
static void test_rule_headers(void **state)
{
	struct rule_error error;
	struct rule rule;

	(void)state;
	assert_int_equal(rule_told_parse(&rule, "a.x - 410", &error), 1);
	assert_string_equal(rule.headers, "");
	assert_string_equal(rule.note, "");
	assert_int_equal(rule.final.code, 0);
	assert_int_equal(
		rule_told_parse(&rule,
				"a.x - 410 header=A:b header=\"c:\td  e \" "
				"final=410:7 note=\"f g\"",
				&error),
		1);
	assert_string_equal(rule.headers, "A: b\r\nc: d  e\r\n");
	assert_string_equal(rule.note, "f g");
	assert_int_equal(rule.final.code, 410);
	assert_int_equal(rule.final.max_age, 7);
}

static void test_rule_equal(void **state)
{
	static const char *const lines[] = {
		"a.x/b https://c.x/ 301",
		"a.x/c https://c.x/ 301",
		"a.x/b https://d.x/ 301",
		"a.x/b https://c.x/ 308",
		"a.x/b https://c.x/ 301 max-age=1",
		"a.x/b https://c.x/ 301 query=drop",
		"a.x/b https://c.x/ 301 tag=t",
		"a.x/b https://c.x/ 301 note=t",
		"a.x/b https://c.x/ 301 final=301",
		"a.x/b https://c.x/ 301 final=301:1",
		"a.x/b https://c.x/ 301 final=308",
		"a.x/b https://c.x/ 301 header=a:b",
		"a.x/b https://c.x/ 301 header=a:b header=a:b",
	};
	struct rule_buffer buffers[2];
	struct rule_error error;
	struct rule a, b;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		rule_parse(&a, &buffers[0], lines[i], strlen(lines[i]), &error);
		for (j = 0; j < sizeof(lines) / sizeof(*lines); j++) {
			rule_parse(&b, &buffers[1], lines[j], strlen(lines[j]),
				   &error);
			assert_int_equal(rule_equal(&a, &b), i == j);
		}
	}
	b = a;
	b.headers = "A: b\r\n";
	assert_false(rule_equal(&a, &b));
	a.headers = "A: b\r\n";
	assert_true(rule_equal(&a, &b));
	b.headers = "A: c\r\n";
	assert_false(rule_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule_values),
		cmocka_unit_test(test_rule_make),
		cmocka_unit_test(test_rule_limits),
		cmocka_unit_test(test_rule_limits_ends),
		cmocka_unit_test(test_rule_source),
		cmocka_unit_test(test_rule_limits_of_values),
		cmocka_unit_test(test_rule_headers),
		cmocka_unit_test(test_rule_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
