// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "error.h"
#include "rehearse.h"
#include "rehearse_example.h"
#include "rehearse_report.h"
#include "request_target.h"
#include "rule_line.h"
#include "text.h"

const char *const rehearse_class_names[REHEARSE_CLASSES] = {
	[REHEARSE_LOST] = "lost",
	[REHEARSE_CHANGED] = "changed",
	[REHEARSE_NEW] = "new",
};

const char *const rehearse_unruled_names[REHEARSE_UNRULED] = {
	[REHEARSE_MISSED] = "missed",
	[REHEARSE_THERE] = "there",
	[REHEARSE_OTHER] = "other",
};

size_t rehearse_report_paths(const struct rehearse_report *report,
			     const struct rehearse_paths *paths)
{
	return report->top && paths->count > report->top ? report->top
							 : paths->count;
}

size_t rehearse_report_groups(const struct rehearse_report *report, size_t at,
			      size_t *all)
{
	const struct rehearse_groups *groups = &report->rehearse->groups;
	size_t end = at;

	while (end < groups->count &&
	       groups->groups[end].class == groups->groups[at].class)
		end++;
	*all = end - at;
	return report->top && *all > report->top ? report->top : *all;
}

static int url_text(const struct request_said *said)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return error_sys(-ENOMEM, "cannot print");
	request_target_print(out, said);
	fclose(out);
	text_print(stdout, text ? text : "");
	free(text);
	return 0;
}

static void answer_print(const struct rehearse_answer *answer)
{
	printf("%d", answer->code);
	if (!answer->location_len)
		return;
	putchar(' ');
	fwrite(answer->location, 1, answer->location_len, stdout);
}

/* "  FILE:7: GET http://old.example/a (200 then): 404 -> 301 https://..." */
static int example_print(const struct rehearse_report *report,
			 const struct rehearse_shown *shown)
{
	const struct request_said *said = shown->said;
	int err;

	fputs("             ", stdout);
	text_print(stdout, report->requests);
	printf(":%lu: %.*s ", said->line,
	       said->method.len ? (int)said->method.len : 3,
	       said->method.len ? said->method.text : "GET");
	err = url_text(said);
	if (said->status)
		printf(" (got %d)", said->status);
	fputs(": ", stdout);
	answer_print(&shown->side[0].answer);
	fputs(" -> ", stdout);
	answer_print(&shown->side[1].answer);
	putchar('\n');
	return err;
}

/* The rules on a line each: the one before, the one after. */
static void rules_print(const struct rehearse_shown *shown, uint64_t count)
{
	bool begun = false;
	int i;

	for (i = 0; i < 2; i++) {
		if (!shown->side[i].answer.rule)
			continue;
		if (begun)
			printf("%10s ", "");
		else
			printf("%10" PRIu64 " ", count);
		begun = true;
		fputs(i ? "+ " : "- ", stdout);
		rule_print(stdout, &shown->side[i].ask.met);
	}
}

static int group_print(const struct rehearse_report *report,
		       const struct rehearse_group *group)
{
	static struct rehearse_shown shown;
	const struct rehearse_example *example = group->examples;
	int err = 0;

	rehearse_show(&shown, report->rehearse, &example->said);
	rules_print(&shown, group->count);
	for (; example && !err; example = example->next) {
		rehearse_show(&shown, report->rehearse, &example->said);
		err = example_print(report, &shown);
	}
	return err;
}

/* All groups of the class of group number *at, which goes on to the next. */
static int class_print(const struct rehearse_report *report, size_t *at)
{
	const struct rehearse *rehearse = report->rehearse;
	const struct rehearse_group *groups = rehearse->groups.groups + *at;
	enum rehearse_class class = groups->class;
	uint64_t rest = rehearse->count[class];
	size_t i, all, printed = rehearse_report_groups(report, *at, &all);
	int err = 0;

	printf("\n%s: %" PRIu64 "\n", rehearse_class_names[class], rest);
	for (i = 0; i < printed && !err; i++) {
		rest -= groups[i].count;
		err = group_print(report, &groups[i]);
	}
	if (rest)
		printf("%10" PRIu64 " by other rules\n", rest);
	*at += all;
	return err;
}

/* Paths without a rule. */
static void paths_print(const struct rehearse_report *report,
			enum rehearse_unruled kind)
{
	static const char *const titles[REHEARSE_UNRULED] = {
		[REHEARSE_MISSED] =
			"missed (no rule, but got a redirect or 410)",
		[REHEARSE_THERE] = "without a rule (got 2xx or 304)",
		[REHEARSE_OTHER] = "without a rule (others)",
	};
	const struct rehearse_paths *paths = &report->rehearse->unruled[kind];
	uint64_t rest = paths->requests;
	size_t i, printed = rehearse_report_paths(report, paths);

	if (!paths->requests)
		return;
	printf("\n%s: %" PRIu64 "\n", titles[kind], rest);
	for (i = 0; i < printed; i++) {
		const struct rehearse_path *path = &paths->paths[i];

		rest -= path->count;
		printf("%10" PRIu64 " %.*s", path->count, (int)path->len,
		       path->text);
		if (path->status)
			printf(" (got %d)", path->status);
		putchar('\n');
	}
	if (rest)
		printf("%10" PRIu64 " of other paths\n", rest);
	if (paths->short_by)
		printf("           each count may be too low by up to %" PRIu64
		       "\n",
		       paths->short_by);
}

static void count_print(uint64_t count, const char *one, const char *many)
{
	if (count)
		printf("%10" PRIu64 " %s\n", count, count == 1 ? one : many);
}

char *rehearse_report_nothing(const struct rehearse_report *report)
{
	const struct rehearse *rehearse = report->rehearse;
	bool given = rehearse->requests && !rehearse->known && report->host;
	const char *why = "no rule answers any of these requests";
	char *text = NULL;

	if (rehearse_compared(rehearse))
		return NULL;
	if (!rehearse->requests)
		why = "there is no request";
	else if (!rehearse->known)
		why = "no rule is for the host of any request";
	if (asprintf(&text, "%s%s%s", why, given ? ": --host " : "",
		     given ? report->host : "") < 0)
		return NULL;
	return text;
}

static void nothing_print(const struct rehearse_report *report)
{
	char *why = rehearse_report_nothing(report);

	if (why)
		printf("nothing was compared: %s\n", why);
	free(why);
}

static void totals_print(const struct rehearse_report *report)
{
	const struct rehearse *rehearse = report->rehearse;
	int i;

	text_count(stdout, rehearse->requests, "request");
	fputs(" of ", stdout);
	text_print(stdout, report->requests);
	printf(" (%s), from ", report->form ? report->form : "empty");
	text_print(stdout, report->from);
	fputs(" to ", stdout);
	text_print(stdout, report->to);
	putchar('\n');
	printf("%10" PRIu64 " answered alike\n", rehearse->same);
	printf("%10" PRIu64 " answered by no rule\n", rehearse->neither);
	for (i = 0; i < REHEARSE_CLASSES; i++)
		printf("%10" PRIu64 " %s\n", rehearse->count[i],
		       rehearse_class_names[i]);
	count_print(rehearse->unruled[REHEARSE_MISSED].requests, "missed",
		    "missed");
	count_print(rehearse->without, "line without a request",
		    "lines without a request");
	count_print(rehearse->unreadable, "line that could not be read",
		    "lines that could not be read");
	nothing_print(report);
}

int rehearse_report_print(const struct rehearse_report *report)
{
	enum rehearse_unruled kind;
	size_t at = 0;
	int err = 0;

	totals_print(report);
	while (at < report->rehearse->groups.count && !err)
		err = class_print(report, &at);
	for (kind = 0; kind < REHEARSE_UNRULED; kind++)
		paths_print(report, kind);
	return err;
}
