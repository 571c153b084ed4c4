// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "error.h"
#include "rule.h"
#include "rule_line.h"
#include "text.h"
#include "verify_report.h"
#include "verify_request.h"

static void url_write(FILE *out, const struct verify_finding *finding)
{
	fprintf(out, "%s %s://%s%s", finding->method, finding->scheme,
		finding->request->host, finding->request->target);
}

static void answer_write(FILE *out, const struct http_answer *answer)
{
	if (answer->status)
		fprintf(out, "%d", answer->status);
	if (answer->redirect) {
		fputc(' ', out);
		text_print_ascii(out, answer->location);
	}
	if (answer->redirect > 1)
		fprintf(out, " (the first of %u Location lines)",
			answer->redirect);
	if (answer->failure)
		fprintf(out, "%s%s", answer->status ? ", and then " : "",
			answer->failure);
	fputc('\n', out);
}

static void finding_write(FILE *out, const struct verify_finding *finding)
{
	fputs("  ", out);
	rule_print(out, finding->rule);
	if (finding->kind == VERIFY_HIDDEN && !finding->winner) {
		fputs("    what is made up would be too much for it\n", out);
		return;
	}
	fputs(finding->winner ? "    for       " : "    asked     ", out);
	url_write(out, finding);
	if (finding->winner) {
		fprintf(out, "\n    wins      %s\n", finding->winner);
		return;
	}
	fprintf(out, "\n    expected  %d%s%s\n    got       ", finding->status,
		*finding->location ? " " : "", finding->location);
	answer_write(out, finding->answer);
}

/* Into its place by the rules' order; answers come nearly in it. */
static void shown_insert(struct verify_shown *all, size_t count,
			 struct verify_shown shown)
{
	for (; count && all[count - 1].number > shown.number; count--)
		all[count] = all[count - 1];
	all[count] = shown;
}

/* Whether it is among the first, for which the last one gives up its room. */
static bool shown_room(struct verify_report *report,
		       const struct verify_finding *finding)
{
	size_t *count = &report->count[finding->kind];
	const struct verify_shown *last;

	if (!report->top || *count < report->top)
		return true;
	last = &report->shown[finding->kind][*count - 1];
	if (last->number <= finding->number)
		return false;
	free(last->text);
	(*count)--;
	return true;
}

int verify_report_take(const struct verify_finding *finding, void *arg)
{
	struct verify_report *report = arg;
	enum verify_kind kind = finding->kind;
	size_t *count = &report->count[kind], size;
	struct verify_shown shown = {.number = finding->number};
	FILE *out;

	report->trials += kind == VERIFY_STATUS && finding->rule->final.code &&
			  (finding->answer->status == 301 ||
			   finding->answer->status == 308);
	if (!shown_room(report, finding))
		return 0;
	if (array_grow(&report->shown[kind], &report->room[kind], *count + 1,
		       sizeof(shown)))
		return error_sys(-ENOMEM, "cannot keep what differs");
	out = open_memstream(&shown.text, &size);
	if (!out)
		return error_sys(-ENOMEM, "cannot keep what differs");
	finding_write(out, finding);
	if (fclose(out)) {
		free(shown.text);
		return error_sys(-ENOMEM, "cannot keep what differs");
	}
	shown_insert(report->shown[kind], (*count)++, shown);
	return 0;
}

static void kind_print(struct verify_report *report,
		       const struct verify *verify, enum verify_kind kind)
{
	static const char *const titles[VERIFY_KINDS] = {
		[VERIFY_STATUS] = "another status",
		[VERIFY_LOCATION] = "another Location",
		[VERIFY_NONE] = "no whole answer",
		[VERIFY_HIDDEN] =
			"not asked for, since others win for what was made up",
	};
	size_t i, count = report->count[kind];

	/* Where nobody answers, that is said once. */
	if (!verify->found[kind] || (kind == VERIFY_NONE && verify->gave_up))
		return;
	printf("\n%s: %" PRIu64 "\n", titles[kind], verify->found[kind]);
	for (i = 0; i < count; i++)
		fputs(report->shown[kind][i].text, stdout);
	if (verify->found[kind] > count)
		printf("  and %" PRIu64 " more\n", verify->found[kind] - count);
	if (kind == VERIFY_STATUS && report->trials)
		printf("  on trial, and permanent there: %" PRIu64
		       "; 'promote --draft=NAME' and 'verify --draft=NAME' ask for what they are to be\n",
		       report->trials);
}

static void part_print(uint64_t count, const char *what)
{
	if (count)
		printf(", %" PRIu64 " %s", count, what);
}

static const char *way_of(const struct verify *verify)
{
	if (verify->tls)
		return "by TLS";
	return verify->https ? "in plaintext, by the rules for TLS"
			     : "in plaintext";
}

static void totals_print(const struct verify_report *report,
			 const struct verify *verify)
{
	const uint64_t *found = verify->found;

	text_print(stdout, report->against);
	printf(", %s%s; rules: %s\n", way_of(verify),
	       verify->tls && !verify->http.certificates
		       ? ", certificates not checked"
		       : "",
	       report->rules);
	printf("rules     %" PRIu64 " asked for", verify->asked);
	part_print(verify->outside, "not in the sample");
	part_print(verify->passes, "pass");
	part_print(verify->other_scheme,
		   verify->https ? "for http alone" : "for https alone");
	part_print(found[VERIFY_HIDDEN], "hidden");
	printf("\nrequests  %" PRIu64 ": %" PRIu64 " as the rules say",
	       verify->requests, verify->alike);
	part_print(found[VERIFY_STATUS], "with another status");
	part_print(found[VERIFY_LOCATION], "with another Location");
	part_print(found[VERIFY_NONE], "without a whole answer");
	putchar('\n');
	if (verify->made_up)
		printf("made up   values in %" PRIu64
		       " request%s, such as verify=1\n",
		       verify->made_up, verify->made_up == 1 ? "" : "s");
	if (verify->gave_up)
		printf("nobody answers: %s; the others are not asked for\n",
		       verify->gave_up);
}

void verify_report_print(struct verify_report *report,
			 const struct verify *verify)
{
	int kind;

	totals_print(report, verify);
	for (kind = 0; kind < VERIFY_KINDS; kind++)
		kind_print(report, verify, kind);
}

void verify_report_free(struct verify_report *report)
{
	int kind;
	size_t i;

	for (kind = 0; kind < VERIFY_KINDS; kind++) {
		for (i = 0; i < report->count[kind]; i++)
			free(report->shown[kind][i].text);
		free(report->shown[kind]);
	}
}
