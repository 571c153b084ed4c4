// SPDX-License-Identifier: BSD-2-Clause
/*
 * Texts from outside on the pages and in the metrics: whatever they are, the
 * markup around them is that around "x". And figures of any shape.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "metrics.h"
#include "page_explain.h"
#include "page_misses.h"
#include "page_overview.h"
#include "page_releases.h"
#include "page_rules.h"
#include "web_listen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *explained; /* what the page of a URL is given */

static void explain_write(FILE *out, const json_t *figures)
{
	page_explain(out, explained, "GET", json_object_get(figures, "said"), 1,
		     explained);
}

static void metrics_text(FILE *out, const json_t *figures)
{
	metrics_write(out, figures, "commit", false);
}

static void (*const writers[])(FILE *out, const json_t *figures) = {
	page_overview, page_rules,    page_misses,
	page_releases, explain_write, metrics_text,
};

enum { WRITERS = sizeof(writers) / sizeof(*writers) };

static json_t *text(const char *from)
{
	return json_of_text(from);
}

/* Figures with a text in each place that has one from outside. */
static json_t *figures_of(const char *from)
{
	json_t *release = json_pack("{s:i, s:i, s:o, s:o, s:o}", "release", 1,
				    "time", 1, "user", text(from), "command",
				    text(from), "message", text(from));
	json_t *interface =
		json_pack("{s:o, s:b, s:o, s:[o], s:b}", "interface",
			  text(from), "alive", 1, "mode", text(from),
			  "without_listener", text(from), "current", 1);
	json_t *rule = json_pack("{s:o, s:i, s:i, s:i}", "rule", text(from),
				 "get_head", 1, "other", 2, "last", 3);
	json_t *miss =
		json_pack("{s:s, s:o, s:b, s:i, s:i}", "host", "h", "path",
			  text(from), "known_host", 1, "count", 5, "error", 2);
	json_t *said = json_pack(
		"{s:[{s:s, s:o, s:o, s:o}], s:[{s:o, s:o, s:{s:o}, s:[o]}], s:s}",
		"steps", "part", "p", "from", text(from), "to", text(from),
		"why", text(from), "rules", "rule", text(from), "why",
		text(from), "captures", "x", text(from), "consumed", text(from),
		"result", "redirect");

	json_t *root;

	root = json_pack("{s:o, s:i, s:i, s:[o], s:[o], s:[o], s:[o], s:[], "
			 "s:{s:[O], s:[O], s:[o], s:i}, s:{s:[O], s:[O]}, s:o}",
			 "state", text(from), "release", 1, "rules", 1,
			 "warnings", text(from), "releases", release,
			 "interfaces", interface, "drafts", text(from),
			 "servers", "hits", "rules", rule, "most", rule,
			 "unused_rules", text(from), "seconds", 1, "misses",
			 "urls", miss, "hosts", miss, "said", said);
	json_decref(rule);
	json_decref(miss);
	return root;
}

/* How many bytes of markup there are: lines count, too. */
static void count(size_t counts[4], int writer, const json_t *figures,
		  const char *from)
{
	static const char marks[] = "<>\"\n";
	char *out_text = NULL, *at;
	size_t len;
	FILE *out = open_memstream(&out_text, &len);

	explained = from;
	writers[writer](out, figures);
	fclose(out);
	memset(counts, 0, 4 * sizeof(*counts));
	for (at = out_text; *at; at++) {
		const char *mark = strchr(marks, *at);

		/* Metrics escape quotes, and have lines alone. */
		if (mark && (writer != WRITERS - 1 || *mark == '\n'))
			counts[mark - marks]++;
		if ((unsigned char)*at < ' ' && *at != '\n' &&
		    writer != WRITERS - 1)
			abort();
	}
	if (strlen(out_text) != len)
		abort();
	free(out_text);
}

static void texts_check(const char *from)
{
	json_t *plain = figures_of("x"), *figures = figures_of(from);
	size_t wanted[4], got[4];
	int i;

	if (!plain || !figures)
		abort();
	for (i = 0; i < WRITERS; i++) {
		count(wanted, i, plain, "x");
		count(got, i, figures, from);
		if (*from && memcmp(wanted, got, sizeof(got)) != 0)
			abort();
	}
	json_decref(plain);
	json_decref(figures);
}

static void any_check(const char *from, size_t len)
{
	json_t *figures = json_loadb(from, len, 0, NULL);
	int i;

	for (i = 0; figures && i < WRITERS; i++) {
		char *out_text = NULL;
		size_t out_len;
		FILE *out = open_memstream(&out_text, &out_len);

		explained = "x";
		writers[i](out, figures);
		fclose(out);
		free(out_text);
	}
	json_decref(figures);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct web_listen listen;
	char *copy = strndup((const char *)data, size);

	if (!copy)
		return 0;
	texts_check(copy);
	metrics_open(copy);
	web_listen_parse(&listen, copy);
	any_check((const char *)data, size);
	free(copy);
	return 0;
}

#include "fuzz_replay.h"
