// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "json.h"
#include "rehearse.h"
#include "rehearse_example.h"
#include "rehearse_json.h"
#include "rehearse_report.h"
#include "request_target.h"

static json_t *url_json(const struct request_said *said)
{
	char *text = NULL;
	json_t *value;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	request_target_print(out, said);
	fclose(out);
	value = text ? json_of_text(text) : NULL;
	free(text);
	return value;
}

static json_t *answer_json(const struct rehearse_answer *answer)
{
	json_t *location =
		answer->location_len
			? json_stringn(answer->location, answer->location_len)
			: json_null();

	return json_pack("{s:i, s:o}", "code", answer->code, "location",
			 location);
}

static json_t *example_json(const struct rehearse_shown *shown)
{
	const struct request_said *said = shown->said;
	json_t *value = json_pack(
		"{s:I, s:s%, s:o, s:o, s:o, s:o}", "line",
		(json_int_t)said->line, "method",
		said->method.len ? said->method.text : "GET",
		said->method.len ? said->method.len : (size_t)3, "url",
		url_json(said), "status",
		said->status ? json_integer(said->status) : json_null(), "from",
		answer_json(&shown->side[0].answer), "to",
		answer_json(&shown->side[1].answer));

	return value;
}

static json_t *side_rule(const struct rehearse_side *side)
{
	json_t *value;

	if (!side->answer.rule)
		return json_null();
	value = json_of_rule(&side->ask.met);
	/* A map has none of these. */
	json_object_del(value, "tag");
	json_object_del(value, "note");
	json_object_del(value, "final");
	json_object_del(value, "headers");
	return value;
}

static json_t *group_json(const struct rehearse_report *report,
			  const struct rehearse_group *group)
{
	static struct rehearse_shown shown;
	const struct rehearse_example *example = group->examples;
	json_t *examples = json_array(), *value;

	rehearse_show(&shown, report->rehearse, &example->said);
	value = json_pack("{s:s, s:I, s:o, s:o, s:o}", "kind",
			  rehearse_class_names[group->class], "count",
			  (json_int_t)group->count, "from",
			  side_rule(&shown.side[0]), "to",
			  side_rule(&shown.side[1]), "examples", examples);
	for (; value && example; example = example->next) {
		rehearse_show(&shown, report->rehearse, &example->said);
		if (json_array_append_new(examples, example_json(&shown))) {
			json_decref(value);
			value = NULL;
		}
	}
	return value;
}

static json_t *bad_json(const struct rehearse *rehearse)
{
	json_t *list = json_array();
	uint64_t i;

	for (i = 0; i < rehearse->unreadable && i < REHEARSE_BAD; i++)
		json_array_append_new(
			list, json_pack("{s:I, s:s}", "line",
					(json_int_t)rehearse->bad[i].line,
					"text", rehearse->bad[i].reason));
	return list;
}

/* Requests that are in no group, of each kind. */
static json_t *outside_json(const struct rehearse_report *report)
{
	const struct rehearse *rehearse = report->rehearse;
	json_t *value = json_object();
	uint64_t rest[REHEARSE_CLASSES];
	size_t at = 0, i, all, printed;
	enum rehearse_class class;

	for (class = 0; class < REHEARSE_CLASSES; class ++)
		rest[class] = rehearse->count[class];
	for (; at < rehearse->groups.count; at += all) {
		printed = rehearse_report_groups(report, at, &all);
		for (i = at; i < at + printed; i++)
			rest[rehearse->groups.groups[i].class] -=
				rehearse->groups.groups[i].count;
	}
	for (class = 0; class < REHEARSE_CLASSES; class ++)
		json_object_set_new(value, rehearse_class_names[class],
				    json_integer(rest[class]));
	return value;
}

static json_t *nothing_json(const struct rehearse_report *report)
{
	char *why = rehearse_report_nothing(report);
	json_t *value = why ? json_of_text(why) : json_null();

	free(why);
	return value;
}

static json_t *path_json(const struct rehearse_path *path)
{
	return json_pack(
		"{s:s%, s:I, s:o}", "path", path->text, (size_t)path->len,
		"count", (json_int_t)path->count, "status",
		path->status ? json_integer(path->status) : json_null());
}

/* Paths without a rule, of each kind. */
static json_t *unruled_json(const struct rehearse_report *report)
{
	json_t *value = json_object(), *list;
	enum rehearse_unruled kind;
	size_t i, printed;

	for (kind = 0; kind < REHEARSE_UNRULED; kind++) {
		const struct rehearse_paths *paths =
			&report->rehearse->unruled[kind];

		list = json_array();
		printed = rehearse_report_paths(report, paths);
		for (i = 0; i < printed; i++)
			json_array_append_new(list,
					      path_json(&paths->paths[i]));
		json_object_set_new(
			value, rehearse_unruled_names[kind],
			json_pack("{s:I, s:I, s:o}", "requests",
				  (json_int_t)paths->requests, "too_low_by",
				  (json_int_t)paths->short_by, "paths", list));
	}
	return value;
}

static json_t *totals_json(const struct rehearse_report *report)
{
	const struct rehearse *rehearse = report->rehearse;
	const uint64_t *count = rehearse->count;

	return json_pack(
		"{s:o, s:o, s:o, s:o, s:s?, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}",
		"not_compared", nothing_json(report), "from",
		json_of_text(report->from), "to", json_of_text(report->to),
		"file", json_of_text(report->requests), "format", report->form,
		"lines", (json_int_t)rehearse->lines, "requests",
		(json_int_t)rehearse->requests, "alike",
		(json_int_t)rehearse->same, "no_rule",
		(json_int_t)rehearse->neither, "lost",
		(json_int_t)count[REHEARSE_LOST], "changed",
		(json_int_t)count[REHEARSE_CHANGED], "new",
		(json_int_t)count[REHEARSE_NEW], "missed",
		(json_int_t)rehearse->unruled[REHEARSE_MISSED].requests,
		"without_request", (json_int_t)rehearse->without, "unreadable",
		(json_int_t)rehearse->unreadable, "unreadable_lines",
		bad_json(rehearse), "other_rules", outside_json(report),
		"without_rule", unruled_json(report));
}

/* The groups of the class of group number *at, which goes on to the next. */
static int class_print(struct json_list *rules,
		       const struct rehearse_report *report, size_t *at)
{
	const struct rehearse_group *groups = report->rehearse->groups.groups;
	size_t all, printed = rehearse_report_groups(report, *at, &all), i;
	int err = 0;

	for (i = *at; i < *at + printed && !err; i++)
		err = json_list_add(rules, group_json(report, &groups[i]));
	*at += all;
	return err;
}

/* The rules stand behind all else, and are printed one by one: they may be
 * many. */
int rehearse_json_print(const struct rehearse_report *report)
{
	struct json_list rules = {.out = stdout};
	json_t *value = totals_json(report);
	char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
	size_t at = 0;
	int err = 0;

	json_decref(value);
	if (!text)
		return error_sys(-ENOMEM, "cannot print");
	printf("%.*s,\"rules\":", (int)strlen(text) - 1, text);
	free(text);
	while (!err && at < report->rehearse->groups.count)
		err = class_print(&rules, report, &at);
	json_list_end(&rules);
	puts("}");
	return err;
}
