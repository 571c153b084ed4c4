// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "miss.h"
#include "misses_report.h"
#include "misses_view.h"
#include "text.h"

/* A part of a line's text, with what stands for its end if it is cut. */
struct piece {
	char text[MISS_TEXT + 1];
};

static const char *piece_of(struct piece *piece, const char *text, size_t len)
{
	memcpy(piece->text, text, len);
	piece->text[len] = '\0';
	return piece->text;
}

static const char *line_host(struct piece *piece,
			     const struct misses_line *line)
{
	return piece_of(piece, line->text, line->host_len);
}

static const char *line_path(struct piece *piece,
			     const struct misses_line *line)
{
	return piece_of(piece, line->text + line->host_len,
			line->len - line->host_len);
}

/* The first of those of hosts that have rules or have none, and how many are to
 * be printed. */
static const struct misses_line *lines_of(const struct misses_report *report,
					  const struct misses_lines *lines,
					  bool known, size_t *count)
{
	*count = known ? lines->known : lines->count - lines->known;
	if (report->top && *count > report->top)
		*count = report->top;
	return lines->line ? lines->line + (known ? 0 : lines->known) : NULL;
}

static void line_print(const struct misses_line *line)
{
	struct piece piece;
	char more[24] = "";

	if (line->error)
		snprintf(more, sizeof(more), "+%" PRIu64, line->error);
	printf("%12" PRIu64 " %-10s ", line->count, more);
	text_time(stdout, line->last);
	fputs("  ", stdout);
	if (!line->host_len)
		fputs("(no host)", stdout);
	text_print_ascii(stdout, line_host(&piece, line));
	text_print_ascii(stdout, line_path(&piece, line));
	puts(line->cut ? " ..." : "");
}

static void lines_print(const struct misses_report *report,
			const struct misses_lines *lines, bool known,
			const char *title)
{
	size_t count, i, all;
	const struct misses_line *line;

	line = lines_of(report, lines, known, &count);
	all = known ? lines->known : lines->count - lines->known;
	if (!all)
		return;
	printf("\n%s\n", title);
	for (i = 0; i < count; i++)
		line_print(&line[i]);
	if (all > count)
		printf("%12zu more\n", all - count);
	if (lines->absent[known])
		printf("%12s others, which are not kept: at most %" PRIu64
		       " each\n",
		       "", lines->absent[known]);
}

void misses_report_print(const struct misses_report *report)
{
	const struct misses_view *view = report->view;
	uint64_t known = view->urls.missed[1], unknown = view->urls.missed[0];

	text_count(stdout, known + unknown, "request");
	printf(" that no rule matched: %" PRIu64
	       " for hosts with rules, %" PRIu64 " for others\n",
	       known, unknown);
	if (view->urls.answered)
		printf("%" PRIu64 " URL%s that rules match by now left out\n",
		       view->urls.answered,
		       view->urls.answered == 1 ? "" : "s");
	if (report->known) {
		lines_print(report, &view->hosts, true, "hosts with rules");
		lines_print(report, &view->urls, true,
			    "URLs of hosts with rules");
	}
	if (report->unknown) {
		lines_print(report, &view->hosts, false, "hosts without rules");
		lines_print(report, &view->urls, false,
			    "URLs of hosts without rules");
	}
}

static json_t *line_json(const struct misses_line *line, bool url)
{
	struct piece host, path;
	json_t *value = json_object();

	json_object_set_new(value, "host",
			    json_of_text(line_host(&host, line)));
	if (url)
		json_object_set_new(value, "path",
				    json_of_text(line_path(&path, line)));
	json_object_set_new(value, "cut", json_boolean(line->cut));
	json_object_set_new(value, "known_host", json_boolean(line->known));
	json_object_set_new(value, "count", json_integer(line->count));
	json_object_set_new(value, "error", json_integer(line->error));
	json_object_set_new(value, "last", json_integer(line->last));
	return value;
}

static void lines_json(json_t *array, const struct misses_report *report,
		       const struct misses_lines *lines, bool known)
{
	const struct misses_line *line;
	size_t count, i;

	line = lines_of(report, lines, known, &count);
	for (i = 0; i < count; i++)
		json_array_append_new(array,
				      line_json(&line[i],
						lines == &report->view->urls));
}

static json_t *both_json(const struct misses_report *report,
			 const struct misses_lines *lines)
{
	json_t *array = json_array();

	if (report->known)
		lines_json(array, report, lines, true);
	if (report->unknown)
		lines_json(array, report, lines, false);
	return array;
}

/* Of hosts with rules and of those without. */
static json_t *pair_json(const uint64_t pair[2])
{
	return json_pack("{s:I, s:I}", "known_host", (json_int_t)pair[1],
			 "unknown_host", (json_int_t)pair[0]);
}

int misses_report_json(const struct misses_report *report)
{
	const struct misses_view *view = report->view;

	return json_print(
		stdout, json_pack("{s:o, s:I, s:o, s:o, s:o, s:o}", "missed",
				  pair_json(view->urls.missed), "answered",
				  (json_int_t)view->urls.answered, "hosts",
				  both_json(report, &view->hosts),
				  "other_hosts", pair_json(view->hosts.absent),
				  "urls", both_json(report, &view->urls),
				  "other_urls", pair_json(view->urls.absent)));
}
