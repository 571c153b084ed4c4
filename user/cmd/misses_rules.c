// SPDX-License-Identifier: BSD-2-Clause
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "miss.h"
#include "misses_rules.h"
#include "misses_view.h"
#include "rule.h"
#include "rule_make.h"

static struct rule_field field_of(const char *text)
{
	return (struct rule_field){text, strlen(text)};
}

/* The rule of a source, with the target and code that are asked for. */
static int rule_of(const struct misses_rules *rules, const char *source,
		   struct rule *rule, struct rule_error *error)
{
	static struct rule_buffer buffer;
	struct rule_fields fields = {0};

	memset(error, 0, sizeof(*error));
	fields.source = field_of(source);
	fields.target = field_of(rules->target ? rules->target : "-");
	fields.code = field_of(rules->code ? rules->code : "410");
	return rule_make(rule, &buffer, &fields, error);
}

int misses_rules_check(const struct misses_rules *rules,
		       struct rule_error *error)
{
	struct rule rule;

	return rule_of(rules, "host.example/", &rule, error);
}

/* The source that is for this URL and no other; in a source a '*' is written as
 * an escape. False: there is none. */
static bool source_of(char *source, const struct misses_line *line)
{
	char *to = source;
	size_t i;

	if (line->cut || !line->host_len || line->len == line->host_len)
		return false;
	for (i = 0; i < line->len; i++) {
		if (line->text[i] == '*')
			to += sprintf(to, "%%2A");
		else
			*to++ = line->text[i];
	}
	*to = '\0';
	return strlen(source) == (size_t)(to - source);
}

void misses_rules_begin(void)
{
	fputs("source,target,code\r\n", stdout);
}

void misses_rules_print(struct misses_rules *rules,
			const struct misses_line *line)
{
	char source[3 * MISS_TEXT + 1];
	struct rule_error error;
	struct rule rule;

	if (!source_of(source, line) || rule_of(rules, source, &rule, &error) ||
	    strcmp(rule_written(&rule), source)) {
		rules->odd++;
		return;
	}
	csv_print(stdout, source, strlen(source));
	putchar(',');
	if (rules->code)
		csv_print(stdout, rule.target, rule.target_len);
	printf(",%s\r\n", rules->code ? rules->code : "");
}
