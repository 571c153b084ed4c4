// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "advise.h"
#include "advise_command.h"
#include "advise_report.h"
#include "json.h"
#include "rule.h"
#include "rule_line.h"
#include "ruleset.h"
#include "text.h"

static void methods_print(const struct advise_rule *found)
{
	const char *comma = "";
	int i;

	fputs("           ", stdout);
	for (i = 0; i < ADVISE_METHODS; i++) {
		if (!found->method[i])
			continue;
		printf("%s%s %" PRIu64, comma, advise_method_names[i],
		       found->method[i]);
		comma = ", ";
	}
}

static void rule_advise(const struct advise_report *report,
			const struct advise_rule *found)
{
	const struct advise *advise = report->advise;
	char *command;
	struct rule rule;
	size_t i;

	ruleset_get(&advise->set->entries[found->number], &rule);
	command = advise_command(&rule, report->cmd, report->draft);
	printf("\n%10" PRIu64 " ", found->count);
	rule_print(stdout, &rule);
	methods_print(found);
	if (rule.code != 301 && rule.code != 302)
		fputs("; kept now, lost with promote", stdout);
	putchar('\n');
	for (i = 0; i < found->kept; i++) {
		fputs("           ", stdout);
		text_print(stdout, found->examples[i]);
		putchar('\n');
	}
	printf("           %s\n", command ? command : "");
	free(command);
}

static void count_print(uint64_t count, const char *what)
{
	if (count)
		printf("%10" PRIu64 " %s\n", count, what);
}

static void lines_print(uint64_t count, const char *what)
{
	if (count)
		printf("%10" PRIu64 " line%s %s\n", count,
		       count == 1 ? "" : "s", what);
}

void advise_report_print(const struct advise_report *report)
{
	const struct advise *advise = report->advise;
	uint64_t rest = advise->met;
	char *all = advise_command_all(advise, report->cmd, report->draft);
	size_t i;

	text_count(stdout, advise->requests, "request");
	printf("; rules: %s\n", report->rules);
	count_print(advise->others, "with another method than GET and HEAD");
	count_print(
		advise->met,
		"of them met 301 or 302, behind which most clients send GET");
	count_print(advise->refused, "of them no server takes");
	lines_print(advise->without, "of no HTTP request");
	lines_print(advise->unreadable, "that could not be read");
	if (!advise_asked(advise))
		puts(advise->requests
			     ? "nothing was counted: no rule is for the host of any of these"
			     : "nothing was counted: there is no request");
	for (i = 0; i < advise->count && (!report->top || i < report->top);
	     i++) {
		rest -= advise->rules[i].count;
		rule_advise(report, &advise->rules[i]);
	}
	if (rest)
		printf("\n%10" PRIu64 " by other rules\n", rest);
	if (all)
		printf("\nall at once: %s\n", all);
	free(all);
}

static json_t *methods_json(const struct advise_rule *found)
{
	json_t *value = json_object();
	int i;

	for (i = 0; i < ADVISE_METHODS; i++)
		if (found->method[i])
			json_object_set_new(value, advise_method_names[i],
					    json_integer(found->method[i]));
	return value;
}

static json_t *rule_json(const struct advise_report *report,
			 const struct advise_rule *found)
{
	const struct advise *advise = report->advise;
	char final[ADVISE_FINAL], *command;
	json_t *examples = json_array(), *value;
	const char *code;
	struct rule rule;
	size_t i;

	ruleset_get(&advise->set->entries[found->number], &rule);
	advise_change(&code, final, &rule);
	command = advise_command(&rule, report->cmd, report->draft);
	for (i = 0; i < found->kept; i++)
		json_array_append_new(examples,
				      json_of_text(found->examples[i]));
	value = json_pack("{s:o, s:I, s:o, s:s, s:s?, s:s?, s:o}", "rule",
			  json_of_rule(&rule), "requests",
			  (json_int_t)found->count, "methods",
			  methods_json(found), "code", code, "final",
			  *final ? final : NULL, "command", command, "examples",
			  examples);
	free(command);
	return value;
}

int advise_json_print(const struct advise_report *report)
{
	const struct advise *advise = report->advise;
	json_t *list = json_array();
	char *all = advise_command_all(advise, report->cmd, report->draft);
	size_t i;
	int err;

	for (i = 0; i < advise->count; i++)
		json_array_append_new(list,
				      rule_json(report, &advise->rules[i]));
	err = json_print(
		stdout,
		json_pack("{s:s, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			  "rules", report->rules, "command", all, "requests",
			  (json_int_t)advise->requests, "other_methods",
			  (json_int_t)advise->others, "met",
			  (json_int_t)advise->met, "refused",
			  (json_int_t)advise->refused, "without",
			  (json_int_t)advise->without, "unreadable",
			  (json_int_t)advise->unreadable, "advice", list));
	free(all);
	return err;
}
