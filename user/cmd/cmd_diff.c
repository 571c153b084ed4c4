// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_diff_print.h"
#include "cmd_edit.h"
#include "cmd_named.h"
#include "cmd_options.h"
#include "cmd_supply.h"
#include "draft_edit.h"
#include "edit.h"
#include "edit_diff.h"
#include "progress.h"
#include "release_map.h"
#include "rules_named.h"
#include "text.h"

struct diff {
	const struct cmd *cmd;
	const char *names[2];
	struct cmd_supply supply;
	bool stat, json, exit_code;
	struct rules_named from, to;
	struct edit edit;
};

enum { OPT_STAT = CMD_OPTION, OPT_JSON, OPT_EXIT_CODE, OPT_PARTIAL };

/* With --exit-code 1 says that they differ. */
enum { DIFF_DIFFER = 1, DIFF_TROUBLE = 2 };

static int option_take(const struct cmd *cmd, int option, void *arg)
{
	struct diff *diff = arg;

	if (option >= CMD_SUPPLY_FORMAT)
		return cmd_supply_take(cmd, option, &diff->supply);
	if (option == OPT_PARTIAL)
		diff->from.partial = diff->to.partial = true;
	else if (option == OPT_STAT)
		diff->stat = true;
	else if (option == OPT_JSON)
		diff->json = true;
	else
		diff->exit_code = true;
	return CMD_OK;
}

/* One alone is what live becomes, unless it is a release. */
static void names_take(struct diff *diff, int count, char **args)
{
	bool release = count == 1 &&
		       (!strcmp(args[0], "live") ||
			strspn(args[0], "0123456789") == strlen(args[0]));

	diff->names[0] = count > 1 || release ? args[0] : "live";
	diff->names[1] = count > 1		  ? args[1]
			 : count == 1 && !release ? args[0]
						  : "draft";
}

static int options_read(struct diff *diff, int argc, char **argv)
{
	static const struct option longs[] = {
		CMD_SUPPLY_LONGS,
		{"stat", no_argument, NULL, OPT_STAT},
		{"json", no_argument, NULL, OPT_JSON},
		{"partial", no_argument, NULL, OPT_PARTIAL},
		{"exit-code", no_argument, NULL, OPT_EXIT_CODE},
		{NULL, 0, NULL, 0},
	};
	const struct cmd *cmd = diff->cmd;
	int code = cmd_options(cmd, argc, argv, longs, option_take, diff);

	if (code)
		return code;
	if (argc - optind > 2)
		return cmd_usage(cmd, "'%s' is too much", argv[optind + 2]);
	names_take(diff, argc - optind, argv + optind);
	if (!strcmp(diff->names[0], "-") && !strcmp(diff->names[1], "-"))
		return cmd_usage(cmd, "only one of them can be -");
	if (diff->stat && diff->json)
		return cmd_usage(cmd, "--stat or --json, not both");
	return CMD_OK;
}

static int named_next(void *arg, struct rule *rule)
{
	return rules_named_next(arg, rule);
}

/* A draft beside the release that it began from differs in nothing but what it
 * says itself. */
static int draft_compare(struct diff *diff)
{
	struct release_view *view = &diff->to.view;
	int err = draft_edit(&diff->edit, view->store, &view->draft,
			     diff->from.view.rows);

	return err ? err : store_draft_same(view->store, &view->draft);
}

static int rules_compare(struct diff *diff)
{
	const struct release_source from = {.next = named_next,
					    .arg = &diff->from};
	const struct release_source to = {.next = named_next, .arg = &diff->to};
	int err;

	if (diff->to.kind == RULES_NAMED_DRAFT &&
	    (diff->from.kind == RULES_NAMED_LIVE ||
	     diff->from.kind == RULES_NAMED_RELEASE) &&
	    diff->from.view.rows == diff->to.view.draft.under) {
		err = draft_compare(diff);
		if (err != -ENOENT) /* its rows became a release's meanwhile */
			return err;
	}
	err = edit_diff(&diff->edit, &from, &to);
	return err ? err : edit_sort(&diff->edit);
}

static void counts_print(const struct diff *diff)
{
	const struct edit *edit = &diff->edit;

	text_print(stdout, diff->from.text);
	fputs(" -> ", stdout);
	text_print(stdout, diff->to.text);
	fputs(": ", stdout);
	text_count(stdout, rules_named_count(&diff->to), "rule");
	printf(", %" PRIu64 " added, %" PRIu64 " removed, %" PRIu64
	       " changed\n",
	       edit->added, edit->removed, edit->changed);
}

static int diff_print(const struct diff *diff)
{
	if (diff->json)
		return cmd_diff_json(stdout, &diff->edit);
	if (diff->stat)
		cmd_diff_stat(stdout, &diff->edit);
	else
		cmd_edit_print(stdout, &diff->edit);
	counts_print(diff);
	return 0;
}

static int diff_run(struct diff *diff)
{
	const struct edit *edit = &diff->edit;
	int code = CMD_OK, err;

	progress_on(stderr);
	err = cmd_named_open(diff->cmd, &diff->from, diff->names[0],
			     &diff->supply);
	if (!err)
		err = cmd_named_open(diff->cmd, &diff->to, diff->names[1],
				     &diff->supply);
	if (!err)
		err = rules_compare(diff);
	progress_off();
	if (!err)
		err = diff_print(diff);
	if (err)
		code = cmd_fail(diff->cmd);
	code = cmd_flush(diff->cmd, code);
	if (!diff->exit_code)
		return code;
	if (code)
		return DIFF_TROUBLE;
	return edit->added || edit->removed || edit->changed ? DIFF_DIFFER
							     : CMD_OK;
}

int cmd_diff(const struct cmd *cmd, int argc, char **argv)
{
	struct diff diff = {.cmd = cmd};
	int code = options_read(&diff, argc, argv);

	if (!code)
		code = diff_run(&diff);
	edit_free(&diff.edit);
	rules_named_close(&diff.from);
	rules_named_close(&diff.to);
	return code;
}

const struct cmd_about cmd_diff_about = {
	.name = "diff",
	.run = cmd_diff,
	.summary = "what differs between two sets of rules",
	.usage = "[A] [B] [OPTION ...]",
	.text = "List what makes the rules B of the rules A: - removed, + added, both for what is\n"
		"changed. Each is live, the number of a release, draft[:NAME], or a file in any\n"
		"format that import reads. Without them they are live and draft; one alone is B,\n"
		"with A live, unless it is live or a release.\n",
	.options =
		"  --stat              only counts, for each host\n"
		"  --json              as a JSON array, an object for each rule\n"
		"  --partial           of files the rest of what rules can say in part\n"
		"  --exit-code         1 when they differ, 2 when it failed\n" CMD_SUPPLY_HELP,
	.once = "base code columns format note tag",
	.exits = CMD_EXITS_LOOK,
	.example = "detour diff 12 draft:next --stat",
};
