// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "code_meaning.h"
#include "rule.h"
#include "rule_code.h"
#include "rule_line.h"
#include "rule_trial.h"

/* What is done to a rule: promoted; with --to a code; put on trial. */
#define END "promote"
#define AS_307 "307"
#define AS_302 "302"

/* Every code, what is done, and what it is then; NULL: it is left. A code that
 * is done is that of promote --to. */
static const struct {
	const char *before, *done, *after;
} cases[] = {
	{"https://t/ 301", AS_307, "https://t/ 307 final=301"},
	{"https://t/ 308", AS_307, "https://t/ 307 final=308"},
	{"https://t/ 301/308", AS_307, "https://t/ 307 final=301/308"},
	{"- 410", AS_307, "- 410 max-age=0 final=410"},
	{"https://t/ 302", AS_307, NULL},
	{"https://t/ 303", AS_307, NULL},
	{"https://t/ 307", AS_307, NULL},
	{"https://t/ 302/307", AS_307, NULL},
	{"- 200", AS_307, NULL},
	{"- pass", AS_307, NULL},
	{"https://t/ 301", AS_302, "https://t/ 302 final=301"},
	{"https://t/ 308", AS_302, "https://t/ 307 final=308"},
	{"https://t/ 301/308", AS_302, "https://t/ 302/307 final=301/308"},
	{"- 410", AS_302, "- 410 max-age=0 final=410"},
	{"https://t/ 302", AS_302, NULL},
	{"https://t/ 303", AS_302, NULL},
	{"https://t/ 307", AS_302, NULL},
	{"https://t/ 302/307", AS_302, NULL},
	{"- 200", AS_302, NULL},
	{"- pass", AS_302, NULL},
	{"https://t/ 301 max-age=7", AS_307, "https://t/ 307 final=301:7"},
	{"https://t/ 301 max-age=0", AS_302, "https://t/ 302 final=301:0"},
	{"- 410 max-age=0", AS_307, "- 410 max-age=0 final=410:0"},
	{"- 410 max-age=0 final=410", AS_307, "- 410 max-age=0 final=410"},
	{"https://t/ 301 final=308:5", AS_307, "https://t/ 307 final=308:5"},
	{"https://t/ 302 max-age=7", AS_307, NULL},
	{"https://t/ 307 final=301", AS_302, NULL},
	{"https://t/ 301 tag=a note=b query=drop header=c:d", AS_307,
	 "https://t/ 307 tag=a note=b query=drop header=c:d final=301"},

	{"https://t/ 307 final=301", END, "https://t/ 301"},
	{"https://t/ 302 final=301:7", END, "https://t/ 301 max-age=7"},
	{"https://t/ 302/307 final=301/308", END, "https://t/ 301/308"},
	{"https://t/ 303 final=308", END, "https://t/ 308"},
	{"https://t/ 301 final=308:0", END, "https://t/ 308 max-age=0"},
	{"https://t/ 307 max-age=9 final=308", END, "https://t/ 308"},
	{"- 410 max-age=0 final=410", END, "- 410"},
	{"https://t/ 307 tag=a final=301", END, "https://t/ 301 tag=a"},
	{"https://t/ 301", END, NULL},
	{"https://t/ 302", END, NULL},
	{"https://t/ 303", END, NULL},
	{"https://t/ 307", END, NULL},
	{"https://t/ 308", END, NULL},
	{"https://t/ 301/308", END, NULL},
	{"https://t/ 302/307", END, NULL},
	{"- 410", END, NULL},
	{"- 200", END, NULL},
	{"- pass", END, NULL},

	{"https://t/ 307 final=301:7", "308", "https://t/ 308 max-age=7"},
	{"https://t/ 307 final=308", "301/308", "https://t/ 301/308"},
	{"https://t/ 302", "301", "https://t/ 301"},
	{"https://t/ 303", "301", "https://t/ 301"},
	{"https://t/ 307", "301", "https://t/ 301"},
	{"https://t/ 302/307", "301/308", "https://t/ 301/308"},
	{"https://t/ 307 max-age=9", "301", "https://t/ 301 max-age=9"},
	{"https://t/ 301", "308", "https://t/ 308"},
	{"https://t/ 301 max-age=0", "308", "https://t/ 308 max-age=0"},
	{"https://t/ 301/308", "301", "https://t/ 301"},
	{"- 410 max-age=0", "410", "- 410 max-age=0"},
	{"- 410 max-age=0 final=410", "410", "- 410"},
	{"- 410", "301", NULL},
	{"- 410 max-age=0 final=410", "301", NULL},
	{"- 200", "301", NULL},
	{"- pass", "301", NULL},
	{"https://t/ 307", "410", NULL},
	{"https://t/ 307 final=301", "410", NULL},
	{"- pass", "410", NULL},
};

static void parse(struct rule *rule, struct rule_buffer *buffer,
		  const char *text)
{
	struct rule_error error;
	char line[200];

	snprintf(line, sizeof(line), "h/ %s", text);
	if (rule_parse(rule, buffer, line, strlen(line), &error) != 1)
		fail_msg("%s: %s: %s", line, error.field, error.reason);
}

/* Whether the rule is another one; a trial's code is asked for as what it
 * becomes. */
static bool done(struct rule *rule, const char *what)
{
	enum rule_trial how = rule_trial_find(what);
	const struct rule_code *to = rule_code_find(what, strlen(what));

	if (how)
		return rule_trial(rule, how);
	return !rule_trial_end(rule, to ? to->code : 0);
}

static void test_codes(void **state)
{
	struct rule_buffer buffers[2];
	struct rule got, want;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&got, &buffers[0], cases[i].before);
		parse(&want, &buffers[1],
		      cases[i].after ? cases[i].after : cases[i].before);
		if (done(&got, cases[i].done) != !!cases[i].after)
			fail_msg("%s, %s: left or not", cases[i].before,
				 cases[i].done);
		if (!rule_equal(&got, &want))
			fail_msg("%s, %s: not %s", cases[i].before,
				 cases[i].done, cases[i].after);
	}
}

/* A trial and its end leave a rule without final= as it was. */
static void test_way_back(void **state)
{
	static const enum rule_trial ways[] = {RULE_TRIAL_307, RULE_TRIAL_302};
	struct rule_buffer buffer;
	struct rule rule, was;
	size_t i, way;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (way = 0; way < 2; way++) {
			parse(&rule, &buffer, cases[i].before);
			was = rule;
			if (rule.final.code || !rule_trial(&rule, ways[way]))
				continue;
			assert_int_equal(rule.max_age, 0);
			assert_true(rule.code == 410 ||
				    !rule_code_permanent(rule.code));
			assert_null(rule_trial_end(&rule, 0));
			assert_true(rule_equal(&rule, &was));
		}
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(rule_trial_find(NULL), RULE_TRIAL_307);
	assert_int_equal(rule_trial_find("307"), RULE_TRIAL_307);
	assert_int_equal(rule_trial_find("302"), RULE_TRIAL_302);
	assert_int_equal(rule_trial_find(""), RULE_TRIAL_NONE);
	assert_int_equal(rule_trial_find("301"), RULE_TRIAL_NONE);
	assert_int_equal(rule_trial_find("302/307"), RULE_TRIAL_NONE);
}

/* Every status of a redirect or a 410 has a meaning, and no other. */
static void test_meanings(void **state)
{
	static const char *const codes[] = {"301", "302", "303",     "307",
					    "308", "410", "301/308", "302/307"};
	const struct rule_code *code;
	char text[CODE_MEANING_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		code = rule_code_find(codes[i], strlen(codes[i]));
		assert_non_null(code_meaning(code->first));
		assert_int_equal(code_meaning(code->first)->status,
				 code->first);
		assert_non_null(code_meaning(code->other));
	}
	assert_null(code_meaning(200));
	assert_null(code_meaning(0));
	assert_ptr_equal(code_meaning_method(code_meaning(301), "HEAD"),
			 code_meaning(301)->get);
	assert_ptr_equal(code_meaning_method(code_meaning(301), "POST"),
			 code_meaning(301)->post);
	assert_ptr_equal(code_meaning_method(code_meaning(301), "post"),
			 code_meaning(301)->other);
	assert_string_equal(code_meaning_caches(text, 0), "no cache keeps it");
	assert_string_equal(
		code_meaning_caches(text, UINT32_MAX),
		"caches keep it for 4294967295 s and do not ask again meanwhile");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_way_back),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_meanings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
