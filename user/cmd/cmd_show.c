// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd.h"
#include "cmd_options.h"
#include "cmd_view.h"
#include "error.h"
#include "filter.h"
#include "hits_print.h"
#include "hits_view.h"
#include "json.h"
#include "release_view.h"
#include "rule.h"
#include "rule_line.h"

struct show {
	struct filter filter;
	struct cmd_view view;
	bool json, hits;
	struct hits_view *counts; /* or NULL */
	struct hits_missed missed;
	struct json_list list;
};

enum { OPT_HOST = CMD_OPTION, OPT_TAG, OPT_SCHEME, OPT_JSON, OPT_HITS };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct show *show = arg;

	switch (option) {
	case OPT_HOST:
		return cmd_take_host(cmd, &show->filter);
	case OPT_TAG:
		return cmd_take_tag(cmd, &show->filter);
	case OPT_SCHEME:
		return cmd_take_scheme(cmd, &show->filter);
	case OPT_JSON:
		show->json = true;
		return CMD_OK;
	case OPT_HITS:
		show->hits = true;
		return CMD_OK;
	}
	return cmd_view_take(cmd, option, &show->view);
}

static int options_read(struct show *show, const struct cmd *cmd, int argc,
			char **argv)
{
	static const struct option longs[] = {
		{"host", required_argument, NULL, OPT_HOST},
		{"tag", required_argument, NULL, OPT_TAG},
		{"scheme", required_argument, NULL, OPT_SCHEME},
		CMD_VIEW_LONGS,
		{"json", no_argument, NULL, OPT_JSON},
		{"hits", no_argument, NULL, OPT_HITS},
		{NULL, 0, NULL, 0},
	};
	int code = cmd_options(cmd, argc, argv, longs, option_take, show);

	if (!code && optind < argc)
		return cmd_usage(cmd,
				 "'%s' is too much (a host is given by --host)",
				 argv[optind]);
	if (!code && cmd_view_both(&show->view))
		return cmd_usage(cmd, "--release or --draft, not both");
	return code;
}

static int rule_show(const struct rule *rule, void *arg)
{
	struct show *show = arg;
	struct hits_of of;

	if (show->counts)
		hits_view_find(show->counts, rule, &of);
	if (show->json)
		return json_list_add(&show->list,
				     show->counts ? hits_print_rule(rule, &of)
						  : json_of_rule(rule));
	if (show->counts)
		hits_print_columns(&of);
	rule_print(stdout, rule);
	if (show->counts)
		hits_print_codes(&of, rule->code);
	return ferror(stdout) ? error_sys(-EIO, "cannot write rules") : 0;
}

static int show_run(struct show *show, const struct cmd *cmd)
{
	struct release_view view;
	int err;

	err = cmd_view_open(&view, &show->view, cmd->state);
	if (err)
		return err;
	if (show->hits)
		err = hits_print_open(&show->counts, cmd, &show->missed);
	if (!view.store)
		fputs("detour show: no release yet\n", stderr);
	if (!err && show->counts && !show->json) {
		hits_print_head();
		puts("rule");
	}
	if (!err)
		err = filter_view(&show->filter, &view, rule_show, show);
	if (!err && show->json)
		json_list_end(&show->list);
	release_view_close(&view);
	return err;
}

int cmd_show(const struct cmd *cmd, int argc, char **argv)
{
	struct show show = {.view = CMD_VIEW_INIT, .list = {.out = stdout}};
	int code = options_read(&show, cmd, argc, argv);

	if (!code && show_run(&show, cmd))
		code = cmd_fail(cmd);
	else if (!code && show.missed.partial)
		code = CMD_FAILED;
	hits_view_close(show.counts);
	filter_free(&show.filter);
	return code ? code : cmd_flush(cmd, CMD_OK);
}

const struct cmd_about cmd_show_about = {
	.name = "show",
	.alias = "list",
	.run = cmd_show,
	.summary = "list rules",
	.usage = "[OPTION ...]",
	.text = "List rules in normal form, sorted by source.\n",
	.options =
		"  --host HOST         those of this host, as a rule has it (.name: of name and\n"
		"                      *.name); given several times, those of any of them\n"
		"  --tag TAG           those with this tag; may be given several times\n"
		"  --scheme SCHEME     those that are for http or https alone\n" CMD_VIEW_HELP
		"  --json              as a JSON array\n"
		"  --hits              with how often each was asked for, and when last\n",
	.exits = CMD_EXITS_LOOK,
	.example = "detour show --host '*.old.example' --tag shop --tag blog",
};
