// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rule.h"
#include "rule_change.h"
#include "rule_line.h"

/* What a rule is, the code and keys that are given, and what it is then; NULL:
 * an error. */
static const struct {
	const char *before, *given, *after;
} cases[] = {
	{"https://t/ 301", "307", "https://t/ 307"},
	{"https://t/ 307", "308", "https://t/ 308"},
	{"https://t/ 301 max-age=0", "302", "https://t/ 302"},
	{"https://t/ 301 max-age=7 tag=x", "302",
	 "https://t/ 302 max-age=7 tag=x"},
	{"https://t/ 301 tag=x", "", "https://t/ 301 tag=x"},
	{"https://t/ 301 tag=x", "tag=y", "https://t/ 301 tag=y"},
	{"https://t/ 301 tag=x", "tag=", "https://t/ 301"},
	{"https://t/ 302 max-age=7", "301 max-age=", "https://t/ 301"},
	{"https://t/ 302 max-age=7", "max-age=0", "https://t/ 302"},
	{"https://t/ 301 query=drop", "query=", "https://t/ 301"},
	{"https://t/ 301 query=drop", "302", "https://t/ 302 query=drop"},
	{"https://t/ 301", "410", NULL},
	{"https://t/ 301", "pass", NULL},
	{"https://t/ 301", "max-age=x", NULL},
	{"https://t/ 301", "tag=a,b", NULL},
	{"- 410 tag=x", "301", NULL},
	{"- 410 tag=x", "query=drop", NULL},
	{"- 410 max-age=7 tag=x", "pass", "- pass tag=x"},
	{"- pass", "410", "- 410"},
	{"- pass", "max-age=7", NULL},
	{"- pass", "410 max-age=7", "- 410 max-age=7"},
	{"https://t/ 301 note=x", "", "https://t/ 301 note=x"},
	{"https://t/ 301 note=x", "note=\"y", "https://t/ 301 note=\"\\\"y\""},
	{"https://t/ 301 note=x", "note=", "https://t/ 301"},
	{"- 410 note=x", "pass", "- pass note=x"},
	{"https://t/ 307 final=301:7", "302", "https://t/ 302 final=301:7"},
	{"https://t/ 307 final=301:7", "final=308", "https://t/ 307 final=308"},
	{"https://t/ 307 final=301:7", "final=", "https://t/ 307"},
	{"https://t/ 307", "final=410", NULL},
	{"- 410 final=410", "pass", "- pass"},
	{"- 410 final=410", "200", "- 200"},
	{"- pass", "final=410", NULL},
	{"- pass", "410 final=410", "- 410 final=410"},
	{"- 410 header=a:b header=c:d", "200 tag=t",
	 "- 200 tag=t header=a:b header=c:d"},
	{"- 410 header=a:b header=c:d", "header=e:f", "- 410 header=e:f"},
	{"- 410 header=a:b header=c:d", "header=", "- 410"},
	{"- 410 header=a:b", "pass", "- pass"},
	{"- pass", "header=a:b", NULL},
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

static void given_read(struct rule_fields *fields, const char *text)
{
	struct rule_error error;

	memset(fields, 0, sizeof(*fields));
	while (*text) {
		struct rule_field word = {text, strcspn(text, " ")};

		if (memchr(word.text, '=', word.len))
			assert_int_equal(rule_key_change(fields, word, &error),
					 0);
		else
			fields->code = word;
		text += word.len;
		text += strspn(text, " ");
	}
}

static void c5_keys_stay(void **data)
{
	struct rule_buffer buffers[3];
	struct rule old, want, got;
	struct rule_fields fields;
	struct rule_error error;
	size_t i;
	int err;

	(void)data;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		parse(&old, &buffers[0], cases[i].before);
		given_read(&fields, cases[i].given);
		err = rule_change(&got, &buffers[1], &old, &fields, &error);
		if (err != (cases[i].after ? 0 : -EINVAL))
			fail_msg("%s, %s: %d", cases[i].before, cases[i].given,
				 err);
		if (err)
			continue;
		parse(&want, &buffers[2], cases[i].after);
		if (!rule_equal(&got, &want))
			fail_msg("%s, %s: not %s", cases[i].before,
				 cases[i].given, cases[i].after);
	}
}

static void test_keys_text(void **data)
{
	struct rule_keys_text text;
	struct rule_buffer buffer;
	char tag[LIMIT_TAG + 1], line[200];
	struct rule rule;

	(void)data;
	parse(&rule, &buffer, "https://t/ 301");
	assert_string_equal(rule_keys_text(&text, &rule), "");
	memset(tag, 'x', LIMIT_TAG);
	tag[LIMIT_TAG] = '\0';
	snprintf(line, sizeof(line),
		 "https://t/ 302 query=drop max-age=2147483647 tag=%s"
		 " final=301/308:2147483647",
		 tag);
	parse(&rule, &buffer, line);
	assert_string_equal(rule_keys_text(&text, &rule),
			    line + strlen("https://t/ 302"));
}

/* Values of the largest size, of which each byte is escaped. */
static void test_keys_text_longest(void **data)
{
	static const char key[] = " header=\"a: ";
	struct rule_keys_text text;
	struct rule_buffer buffer;
	struct rule_error error;
	char line[4000] = "h/ - 410 note=\"";
	struct rule rule;
	int i, k;

	(void)data;
	for (i = 0; i < LIMIT_NOTE - 2; i++)
		strcat(line, "\\\"");
	strcat(line, " x\"");
	for (k = 0; k < LIMIT_HEADERS; k++) {
		strcat(line, key);
		for (i = 0; i < LIMIT_HEADER - 3; i++)
			strcat(line, "\\\\");
		strcat(line, "\"");
	}
	assert_int_equal(rule_parse(&rule, &buffer, line, strlen(line), &error),
			 1);
	assert_string_equal(rule_keys_text(&text, &rule),
			    line + strlen("h/ - 410"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c5_keys_stay),
		cmocka_unit_test(test_keys_text),
		cmocka_unit_test(test_keys_text_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
