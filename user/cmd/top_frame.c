// SPDX-License-Identifier: BSD-2-Clause
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "text.h"
#include "top_frame.h"
#include "top_terminal.h"
#include "view_rates.h"
#include "view_ready.h"

enum {
	FRAME_LIST = 20, /* of rules and of misses, where all are shown */
	FRAME_FEW = 3,	 /* releases, warnings, servers, interfaces */
	FRAME_LEAST = 3, /* rules, misses, however few lines there are */
};

static void heading(FILE *out, const char *text)
{
	fprintf(out, "%c%s\n", TOP_HEADING, text);
}

/* Text that should be ASCII, in a column; all else of it is escaped. */
static void text_ascii(FILE *out, const json_t *value, const char *key)
{
	text_print_ascii(out, json_text_of(value, key));
}

/* A rate: a digit behind the point where it is small; '-' where none is known. */
static void rate_write(FILE *out, int width, const json_t *value,
		       const char *key)
{
	const json_t *found = json_object_get(value, key);
	double rate = json_number_value(found);

	if (!json_is_number(found))
		fprintf(out, "%*s", width, "-");
	else
		fprintf(out, "%*.*f", width, rate < 100, rate);
}

static void moment_write(FILE *out, int64_t when)
{
	char text[TEXT_TIME];

	fputs(when ? text_of_time(text, when) : "never", out);
}

/* What is live, and whether all answer from it. */
static void live_write(FILE *out, const json_t *figures)
{
	const json_t *release = json_object_get(figures, "release");
	json_t *why = json_array();

	fputc(TOP_HEADING, out);
	moment_write(out, json_number_of(figures, "time") / 1000);
	if (json_is_integer(release))
		fprintf(out, "  release %" PRId64 ", ",
			(int64_t)json_integer_value(release));
	else
		fputs("  no release known, ", out);
	text_count(out, json_number_of(figures, "rules"), "rule");
	fputs(view_ready(figures, why) ? "\n" : "  NOT READY\n", out);
	json_decref(why);
}

static void warnings_write(FILE *out, const json_t *figures)
{
	json_t *warnings = view_warnings(figures), *text;
	size_t i;

	json_array_foreach(warnings, i, text)
	{
		if (i == FRAME_FEW) {
			fprintf(out, "! and %zu more: detour status\n",
				json_array_size(warnings) - i);
			break;
		}
		fputs("! ", out);
		text_print(out, json_string_value(text));
		fputc('\n', out);
	}
	json_decref(warnings);
}

static void rates_write(FILE *out, const json_t *rates)
{
	static const char *const names[][2] = {
		{"fast path", "fastpath"}, {"servers", "server"},
		{"misses", "misses"},	   {"passes", "passes"},
		{"errors", "errors"},
	};
	size_t i;

	heading(out, "each second");
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		fprintf(out, "%s%s ", i ? "   " : "", names[i][0]);
		rate_write(out, 0, rates, names[i][1]);
	}
	fputc('\n', out);
}

static void codes_write(FILE *out, const json_t *rates)
{
	json_t *codes = json_object_get(rates, "codes"), *value;
	bool some = false;
	const char *code;

	json_object_foreach(codes, code, value)
	{
		if (json_number_value(json_object_get(value, "fastpath")) +
			    json_number_value(
				    json_object_get(value, "server")) <=
		    0)
			continue;
		fprintf(out, "%s%s ", some ? "   " : "codes: ", code);
		rate_write(out, 0, value, "fastpath");
		fputs(" + ", out);
		rate_write(out, 0, value, "server");
		some = true;
	}
	if (some)
		fputs("  (fast path + servers)\n", out);
}

/* The answers of rules since it is counted. */
static void answered_write(FILE *out, const json_t *answered)
{
	static const char *const names[][2] = {
		{"fast path", "fastpath"},
		{"servers", "server"},
	};
	const char *between = "in all: ";
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const json_t *count = json_object_get(answered, names[i][1]);

		if (!json_is_integer(count))
			continue;
		fprintf(out, "%s%s %" PRId64, between, names[i][0],
			(int64_t)json_integer_value(count));
		between = "   ";
	}
	fputs(*between == ' ' ? "  (answers of rules)\n" : "", out);
}

/* What was handed over, dropped or swallowed: by reason, those that are not 0. */
static void reasons_write(FILE *out, json_t *reasons, const char *what,
			  bool swallowed)
{
	bool some = false;
	const char *reason;
	json_t *value;

	json_object_foreach(reasons, reason, value)
	{
		if (view_rates_swallowed(reason) != swallowed)
			continue;
		fprintf(out, "%s%s ", some ? "   " : what, reason);
		rate_write(out, 0, reasons, reason);
		some = true;
	}
	if (some)
		fputc('\n', out);
}

/* What the fast path did not answer. */
static void packets_write(FILE *out, const json_t *rates)
{
	json_t *dropped = json_object_get(rates, "dropped");

	reasons_write(out, json_object_get(rates, "handed"), "handed: ", false);
	reasons_write(out, dropped, "dropped: ", false);
	reasons_write(out, dropped, "swallowed: ", true);
}

static void interfaces_write(FILE *out, const json_t *figures)
{
	const json_t *list = json_object_get(figures, "interfaces"), *value;
	size_t i;

	if (!json_array_size(list))
		return;
	heading(out, "interface        mode      release");
	json_array_foreach(list, i, value)
	{
		const char *problem = json_text_of(value, "problem");

		if (i == FRAME_FEW) {
			fprintf(out, "and %zu more\n",
				json_array_size(list) - i);
			break;
		}
		fprintf(out, "%-16s %-9s %" PRId64 "%s%s",
			json_text_of(value, "interface"),
			json_text_of(value, "mode"),
			json_number_of(value, "release"),
			json_is_true(json_object_get(value, "draining"))
				? "  draining"
				: "",
			*problem ? "  " : "");
		text_print(out, problem);
		fputc('\n', out);
	}
}

static void servers_write(FILE *out, const json_t *figures)
{
	const json_t *list = json_object_get(figures, "servers"), *value;
	size_t i;

	if (!json_array_size(list))
		return;
	heading(out, "server           release   listens on");
	json_array_foreach(list, i, value)
	{
		if (i == FRAME_FEW) {
			fprintf(out, "and %zu more\n",
				json_array_size(list) - i);
			break;
		}
		fprintf(out, "%-16" PRId64 " %-9" PRId64 " ",
			json_number_of(value, "pid"),
			json_number_of(value, "release"));
		text_ascii(out, value, "listen");
		fputc('\n', out);
	}
}

static void releases_write(FILE *out, const json_t *figures)
{
	const json_t *list = json_object_get(figures, "releases"), *value;
	size_t i;

	if (!json_array_size(list))
		return;
	heading(out, "release  when                 who, what");
	json_array_foreach(list, i, value)
	{
		if (i == FRAME_FEW)
			break;
		fprintf(out, "%-8" PRId64 " ",
			json_number_of(value, "release"));
		moment_write(out, json_number_of(value, "time"));
		fputs("  ", out);
		text_print(out, json_text_of(value, "user"));
		fputs(", ", out);
		text_print(out, json_text_of(value, "command"));
		fprintf(out, "  +%" PRId64 " -%" PRId64 " ~%" PRId64,
			json_number_of(value, "added"),
			json_number_of(value, "removed"),
			json_number_of(value, "changed"));
		if (*json_text_of(value, "message")) {
			fputs("  ", out);
			text_print(out, json_text_of(value, "message"));
		}
		fputc('\n', out);
	}
}

static void rules_head(FILE *out, const json_t *hits, bool by_all)
{
	fprintf(out, "%c%8s  %10s %9s  %-19s  rules, the most asked for %s",
		TOP_HEADING, "each s", "GET, HEAD", "others", "last seen",
		by_all ? "in all" : "now");
	if (json_is_object(hits)) {
		fputs("; ", out);
		text_count(out, json_number_of(hits, "unused"), "rule");
		fputs(" without a hit since ", out);
		moment_write(out, json_number_of(hits, "since"));
	}
	fputc('\n', out);
}

/* Where nothing comes now, those of all time. */
static void rules_write(FILE *out, const json_t *figures, bool by_all,
			size_t most)
{
	const json_t *hits = json_object_get(figures, "hits"), *list, *value;
	size_t i;

	list = json_object_get(hits, "rules");
	by_all |= !json_array_size(list);
	if (by_all)
		list = json_object_get(hits, "most");
	rules_head(out, hits, by_all);
	json_array_foreach(list, i, value)
	{
		if (i == most)
			break;
		rate_write(out, 8, value, "rate");
		fprintf(out, "  %10" PRId64 " %9" PRId64 "  ",
			json_number_of(value, "get_head"),
			json_number_of(value, "other"));
		moment_write(out, json_number_of(value, "last"));
		fputs("  ", out);
		text_print(out, json_text_of(value, "rule"));
		fputc('\n', out);
	}
}

static void miss_write(FILE *out, const json_t *value)
{
	fprintf(out, "%10" PRId64 " %9" PRId64 "  %-5s  ",
		json_number_of(value, "count"), json_number_of(value, "error"),
		json_is_true(json_object_get(value, "known_host")) ? "yes"
								   : "no");
	moment_write(out, json_number_of(value, "last"));
	fputs("  ", out);
	text_ascii(out, value, "host");
	text_ascii(out, value, "path");
	fputs(json_is_true(json_object_get(value, "cut")) ? "...\n" : "\n",
	      out);
}

static void misses_write(FILE *out, const json_t *figures, size_t most)
{
	const json_t *misses = json_object_get(figures, "misses"), *value;
	size_t i;

	fprintf(out, "%c%10s %9s  %-5s  %-19s  missed: no rule matches\n",
		TOP_HEADING, "at least", "and up to", "rules", "last seen");
	json_array_foreach(json_object_get(misses, "urls"), i, value)
	{
		if (i == most)
			break;
		miss_write(out, value);
	}
}

static size_t lines_of(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void upper_write(FILE *out, const json_t *figures)
{
	const json_t *rates = json_object_get(figures, "rates");

	live_write(out, figures);
	warnings_write(out, figures);
	rates_write(out, rates);
	codes_write(out, rates);
	answered_write(out, json_object_get(figures, "answered"));
	packets_write(out, rates);
	interfaces_write(out, figures);
	servers_write(out, figures);
	releases_write(out, figures);
}

/* What is left below the upper part is for rules and for misses. */
void top_frame_write(FILE *out, const json_t *figures,
		     const struct top_frame *frame)
{
	size_t most = FRAME_LIST, size, used;
	char *upper = NULL;
	FILE *text = open_memstream(&upper, &size);

	if (!text)
		return;
	upper_write(text, figures);
	fclose(text);
	fputs(upper, out);
	used = lines_of(upper) + 2;
	free(upper);
	if (frame->rows) {
		most = (size_t)frame->rows > used ? (frame->rows - used) / 2
						  : 0;
		most = most < FRAME_LEAST ? FRAME_LEAST : most;
	}
	rules_write(out, figures, frame->by_all, most);
	misses_write(out, figures, most);
}
