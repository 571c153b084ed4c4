// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "explain_parts.h"
#include "explain_why.h"
#include "map_view.h"
#include "request.h"
#include "rule.h"
#include "rule_line.h"

static void rule_of(struct rule *rule, struct rule_buffer *buffer,
		    const char *line)
{
	struct rule_error error;

	assert_int_equal(rule_parse(rule, buffer, line, strlen(line), &error),
			 1);
}

/* Two rules of one request, the winner first. */
static const struct {
	const char *winner, *loser, *why;
} pairs[] = {
	{"*/a - pass first=yes", "a/a - 410", "first=yes is asked before"},
	{"a/* - 410", "*.x/a - 410", "nearer host a decides"},
	{"*.b.x/* - 410", "*.x/* - 410", "nearer host *.b.x decides"},
	{"*/a - 200 first=yes", "*/* - pass first=yes", "an exact path wins"},
	{"a/b?c - 410", "a/b?c&* - 410", "path with its query wins"},
	{"a/b?c - 410", "a/b?C - 410 case=ignore", "not case=ignore"},
	{"a/b?c&* - 410", "a/b - 410", "a set of pairs wins"},
	{"a/b?c&d&* - 410", "a/b?e&* - 410", "more pairs win"},
	{"a/b?e&* - 410", "a/b?c&* - 410 case=ignore", "without case=ignore"},
	{"a/b?c&* - 410", "a/b?e&* - 410", "byte order win"},
	{"a/b - 410", "a/{x} - 410", "an exact path wins"},
	{"a/b - 410", "a/B - 410 case=ignore", "not case=ignore"},
	{"a/{x} - 410", "a/bc* - 410", "without a final *"},
	{"a/b{x} - 410", "a/{x}c - 410", "before the first capture"},
	{"a/{x}%C3c - 410", "a/{x}%C3 - 410", "no capture win"},
	{"a/{x:digits} - 410", "a/{x} - 410", "captures of digits win"},
	{"a/{x} - 410", "a/{y} - 410 case=ignore", "not case=ignore"},
	{"a/{x:digits}-{y} - 410", "a/{x}-{y:digits} - 410", "byte order"},
	{"a/b* - 410", "a/* - 410", "a longer prefix wins"},
	{"a/b* - 410", "a/{x}* - 410", "first capture or the *"},
	{"a/{x}* - 410 case=ignore", "a/* - 410", "a pattern wins over"},
	{"a/{x}/b* - 410", "a/{x}/* - 410", "no capture win"},
	{"a/b* - 410", "a/B* - 410 case=ignore", "not case=ignore"},
};

static void test_explain_why(void **state)
{
	static struct rule_buffer one, two;
	char text[EXPLAIN_WHY_TEXT];
	struct rule winner, loser;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		rule_of(&winner, &one, pairs[i].winner);
		rule_of(&loser, &two, pairs[i].loser);
		why = explain_why(text, &winner, &loser);
		if (!strstr(why, pairs[i].why))
			fail_msg("%s before %s: %s", pairs[i].winner,
				 pairs[i].loser, why);
	}
}

/* A rule, the path and query of a request, and what the rule takes. */
static const struct {
	const char *rule, *sent, *parts;
} parts[] = {
	{"a/b/* - 410", "/b/c?d", "{}"},
	{"a/b?c - 410", "/b?c", "{}"},
	{"a/{x}/{Y:digits}.html - 410", "/%2f*/07.html?q",
	 "{'captures': {'x': '%2F*', 'Y': '07'}}"},
	{"a/B/{x}-{y}* - 410 case=ignore", "/b/1-2-Z/%c3",
	 "{'captures': {'x': '1-2', 'y': 'Z', '*': '/%C3'}}"},
	{"a/{x}/* - 410", "/y", "{'captures': {'x': 'y', '*': ''}}"},
	{"a/b?d&c=%2A&* - 410", "/b?e&c=*&&d&d&f",
	 "{'consumed': ['c=*', 'd', 'd'], 'kept': 'e&&f'}"},
	{"a/b?C&* - 410 case=ignore", "/b?c&C&",
	 "{'consumed': ['c', 'C'], 'kept': null}"},
};

static void test_explain_parts(void **state)
{
	static struct rule_buffer buffer;
	static struct map_key key;
	char text[256], *c, *said;
	struct rule rule;
	json_t *value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		rule_of(&rule, &buffer, parts[i].rule);
		assert_int_equal(request_path(&key, parts[i].sent,
					      strlen(parts[i].sent)),
				 0);
		value = json_object();
		explain_parts(value, &rule, &key);
		strcpy(text, parts[i].parts);
		for (c = text; (c = strchr(c, '\'')); c++)
			*c = '"';
		said = json_dumps(value, 0);
		assert_string_equal(said, text);
		free(said);
		json_decref(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain_why),
		cmocka_unit_test(test_explain_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
