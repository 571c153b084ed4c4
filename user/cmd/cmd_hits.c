// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "cmd_options.h"
#include "error.h"
#include "filter.h"
#include "hits_print.h"
#include "hits_top.h"
#include "hits_unused.h"
#include "hits_view.h"
#include "json.h"
#include "release_view.h"
#include "rule.h"
#include "state.h"
#include "text.h"
#include "when.h"

struct hits {
	struct filter filter;
	bool json, save, unused, since_given, listed;
	int64_t since;
	unsigned long long most;
	struct hits_view *view;
	struct hits_top top;
	struct hits_unused list;
	struct hits_missed missed;
};

enum {
	OPT_UNUSED = CMD_OPTION,
	OPT_SINCE,
	OPT_TAG,
	OPT_HOST,
	OPT_SCHEME,
	OPT_TOP,
	OPT_JSON,
	OPT_SAVE,
};

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct hits *hits = arg;

	switch (option) {
	case OPT_UNUSED:
		hits->unused = true;
		break;
	case OPT_SINCE:
		hits->since_given = true;
		if (when_date(optarg, &hits->since))
			return cmd_usage(
				cmd,
				"--since: '%s' is no date, such as 2026-01-31",
				optarg);
		break;
	case OPT_TAG:
		hits->listed = true;
		return cmd_take_tag(cmd, &hits->filter);
	case OPT_HOST:
		hits->listed = true;
		return cmd_take_host(cmd, &hits->filter);
	case OPT_SCHEME:
		hits->listed = true;
		return cmd_take_scheme(cmd, &hits->filter);
	case OPT_TOP:
		if (cmd_number(optarg, 1, 1000000000, &hits->most))
			return cmd_usage(
				cmd,
				"--top: '%s' is no number from 1 to 1000000000",
				optarg);
		break;
	case OPT_JSON:
		hits->json = true;
		break;
	case OPT_SAVE:
		hits->save = true;
		break;
	}
	return CMD_OK;
}

static int options_read(struct hits *hits, const struct cmd *cmd, int argc,
			char **argv)
{
	static const struct option longs[] = {
		{"unused", no_argument, NULL, OPT_UNUSED},
		{"since", required_argument, NULL, OPT_SINCE},
		{"tag", required_argument, NULL, OPT_TAG},
		{"host", required_argument, NULL, OPT_HOST},
		{"scheme", required_argument, NULL, OPT_SCHEME},
		{"top", required_argument, NULL, OPT_TOP},
		{"json", no_argument, NULL, OPT_JSON},
		{"save", no_argument, NULL, OPT_SAVE},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, hits);

	if (code)
		return code;
	if (optind < argc)
		return cmd_usage(cmd,
				 "'%s' is too much (a host is given by --host)",
				 argv[optind]);
	if (hits->since_given && !hits->unused)
		return cmd_usage(cmd, "--since is for --unused");
	if (hits->most && hits->unused)
		return cmd_usage(cmd, "--top or --unused, not both");
	if (hits->save &&
	    (hits->unused || hits->most || hits->json || hits->listed))
		return cmd_usage(cmd, "--save prints nothing: it stands alone");
	return CMD_OK;
}

static int rule_take(const struct rule *rule, void *arg)
{
	struct hits *hits = arg;
	struct hits_of of;

	hits_view_find(hits->view, rule, &of);
	if (hits->unused)
		return hits_unused_take(&hits->list, rule, &of);
	return of.last ? hits_top_add(&hits->top, rule, &of) : 0;
}

/* What a list is of, as a comment. */
static void since_print(const struct hits *hits,
			const struct release_view *view)
{
	printf("# release %" PRIu64 ", ", view->release);
	text_count(stdout, view->rules, "rule");
	printf("; hits are counted since ");
	text_time(stdout, hits_view_since(hits->view));
	putchar('\n');
}

static void unused_head(struct hits *hits, const struct release_view *view)
{
	since_print(hits, view);
	if (hits->since_given) {
		printf("# not seen since ");
		text_time(stdout, hits->since);
		putchar('\n');
	}
}

/* Behind a pipe to del nobody sees the comments. */
static void since_warn(const struct hits *hits)
{
	int64_t counted = hits_view_since(hits->view);

	if (!hits->since_given || counted <= hits->since)
		return;
	fputs("hits are counted only since ", stderr);
	text_time(stderr, counted);
	fputs("; rules that were asked for before are listed, too\n", stderr);
}

static int rows_print(struct hits *hits)
{
	size_t i;

	hits_top_sort(&hits->top);
	hits_print_head();
	puts("rule");
	for (i = 0; i < hits->top.count; i++) {
		const struct hits_row *row = &hits->top.rows[i];

		hits_print_columns(&row->of);
		fputs(row->line, stdout);
		hits_print_codes(&row->of, row->code);
	}
	return ferror(stdout) ? error_sys(-EIO, "cannot write hits") : 0;
}

static int rows_json(struct hits *hits)
{
	struct json_list list = {.out = stdout};
	int err = 0;
	size_t i;

	hits_top_sort(&hits->top);
	for (i = 0; i < hits->top.count && !err; i++)
		err = json_list_add(&list, json_incref(hits->top.rows[i].json));
	json_list_end(&list);
	return err;
}

/* The object's begin: "rules" is printed one after the other. */
static int json_head(struct hits *hits, const struct release_view *view)
{
	char *missed = json_dumps(hits->missed.list, JSON_COMPACT);

	if (!missed)
		return error_sys(-ENOMEM, "cannot write JSON");
	printf("{\"release\":%" PRIu64 ",\"since\":%" PRId64
	       ",\"missed\":%s,\"rules\":",
	       view->release, hits_view_since(hits->view), missed);
	free(missed);
	return 0;
}

static int unused_run(struct hits *hits, const struct release_view *view)
{
	int err;

	hits->list.json = hits->json;
	hits->list.list.out = stdout;
	hits->list.since = hits->since_given ? hits->since : 0;
	if (!hits->json)
		unused_head(hits, view);
	since_warn(hits);
	err = filter_view(&hits->filter, view, rule_take, hits);
	if (!err)
		err = hits_unused_end(&hits->list);
	if (!err && hits->json)
		json_list_end(&hits->list.list);
	return err;
}

static int top_run(struct hits *hits, const struct release_view *view)
{
	int err;

	hits->top.most = hits->most;
	hits->top.json = hits->json;
	err = filter_view(&hits->filter, view, rule_take, hits);
	if (err)
		return err;
	if (hits->json)
		return rows_json(hits);
	since_print(hits, view);
	return rows_print(hits);
}

static int hits_list(struct hits *hits, const struct cmd *cmd)
{
	struct release_view view = {0};
	int err =
		release_view_open(&view, cmd->state, RELEASE_VIEW_LIVE, stderr);

	if (!err && hits->json)
		err = json_head(hits, &view);
	if (!err)
		err = hits->unused ? unused_run(hits, &view)
				   : top_run(hits, &view);
	if (!err && hits->json)
		puts("}");
	release_view_close(&view);
	return err;
}

static int hits_run(struct hits *hits, const struct cmd *cmd)
{
	int err = state_find(cmd->state);

	if (hits->json)
		hits->missed.list = json_array();
	if (err)
		return err;
	if (hits->save)
		return hits_print_save(cmd, &hits->missed);
	err = hits_print_open(&hits->view, cmd, &hits->missed);
	return err ? err : hits_list(hits, cmd);
}

int cmd_hits(const struct cmd *cmd, int argc, char **argv)
{
	struct hits hits = {.most = 0};
	int code = options_read(&hits, cmd, argc, argv);

	if (!code && hits_run(&hits, cmd))
		code = cmd_fail(cmd);
	else if (!code && hits.missed.partial)
		code = CMD_FAILED;
	hits_view_close(hits.view);
	hits_top_free(&hits.top);
	filter_free(&hits.filter);
	json_decref(hits.missed.list);
	return cmd_flush(cmd, code);
}

const struct cmd_about cmd_hits_about = {
	.name = "hits",
	.run = cmd_hits,
	.summary = "which rules are asked for, and which are not",
	.usage = "[OPTION ...]",
	.text = "List the rules of the live release that requests came for, most first: how\n"
		"many, by GET and HEAD and by other methods, and when the last one was.\n",
	.options =
		"  --unused            those that nobody asked for, as a list for 'detour del -'\n"
		"  --since DATE        with it: those that nobody asked for since then\n"
		"  --host HOST         those of this host, as a rule has it; several: of any\n"
		"  --tag TAG           those with this tag; may be given several times\n"
		"  --scheme SCHEME     those that are for http or https alone\n"
		"  --top N             the first N\n"
		"  --json              as a JSON object\n"
		"  --save              save what was counted so far, and print nothing\n",
	.exits = "0 done, 1 failed or something could not be read, 2 usage",
	.example = "detour hits --unused --since 2026-01-01 | detour del -",
};
